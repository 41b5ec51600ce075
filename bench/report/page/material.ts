import type { ElementContent } from 'hast';
import type { Chart } from '../charts/chart.ts';
import type { MeasuredRun } from '../measured-run.ts';
import type { FullTable } from '../table.ts';

/** Everything that the page shows. */
export interface PageMaterial {
  runs: readonly MeasuredRun[];
  charts: readonly Chart[];
  table: FullTable;
  /** The same table as Markdown, for readers who copy it. */
  markdown: string;
  script: PageScript;
}

/** The script of the page, and the digest by which the page allows this script and no other. */
export interface PageScript {
  text: string;
  /** SHA-256 of the text in UTF-8, as base64. */
  sha256: string;
}

/** A part of the page, below a heading of its own. */
export interface Section {
  id: string;
  title: string;
  content: ElementContent[];
}
