import type { MeasuredRun } from '../measured-run.ts';

/** What the page's script gets from the page, as JSON. */
export interface PageData {
  runs: readonly MeasuredRun[];
}

/** Elements that the page has and its script looks for. */
export const ids = {
  data: 'data',
  table: 'comparison',
  tools: 'table-tools',
  original: 'original-order',
  copy: 'copy-markdown',
  markdown: 'markdown',
  status: 'table-status',
} as const;

/** Where a chart is drawn that answers to the pointer. */
export function liveId(chart: string): string {
  return `live-${chart}`;
}

/** On a figure whose chart has been drawn by the script: the still picture gives way. */
export const drawnClass = 'drawn';
