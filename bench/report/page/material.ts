import type { ElementContent } from 'hast';
import type { Chart } from '../charts/chart.ts';
import type { MeasuredRun } from '../measured-run.ts';
import type { FullTable } from '../table.ts';

/** All that stands on the page. */
export interface PageMaterial {
  runs: readonly MeasuredRun[];
  charts: readonly Chart[];
  table: FullTable;
  /** The same table, for whoever wants it in a text. */
  markdown: string;
  script: PageScript;
}

/** What runs in the browser, and the digest by which the page lets it run and nothing else. */
export interface PageScript {
  text: string;
  /** Of the text in UTF-8, base64. */
  sha256: string;
}

/** A part of the page, below a heading of its own. */
export interface Section {
  id: string;
  title: string;
  content: ElementContent[];
}
