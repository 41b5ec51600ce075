import type { MeasuredRun } from '../measured-run.ts';

/** The data that the page carries for its script, as JSON. */
export interface PageData {
  runs: readonly MeasuredRun[];
}

/** Ids of the elements that the script looks for in the page. */
export const ids = {
  data: 'data',
  table: 'comparison',
  tools: 'table-tools',
  original: 'original-order',
  copy: 'copy-markdown',
  markdown: 'markdown',
  status: 'table-status',
} as const;

/** The id of the element in which the script draws a live chart. */
export function liveId(chart: string): string {
  return `live-${chart}`;
}

/** The class of a figure whose live chart is drawn. It hides the still picture. */
export const drawnClass = 'drawn';
