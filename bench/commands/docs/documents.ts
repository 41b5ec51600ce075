import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toHtml } from 'hast-util-to-html';
import { h } from 'hastscript';
import { readRun } from '../../publish/publish.ts';
import { chartsOf } from '../../report/charts/all.ts';
import { renderFigureList } from '../../report/figure-list.ts';
import { renderReadmeTable } from '../../report/markdown.ts';
import type { MeasuredRun } from '../../report/measured-run.ts';
import { summaryJsonSchema, summarySchemaName } from '../../summary/summary-schema.ts';
import { renderCauses } from './causes.ts';
import { renderGlossary } from './glossary.ts';
import { renderOptionDocs } from './options.ts';

export const root = join(import.meta.dirname, '..', '..', '..');
/** Committed records of this release, of which summary and table are made anew. Those of older releases stay as they are. */
export const currentRuns = ['reference', 'emulated-pi'] as const;
/** The run and the chart that the README shows. */
export const shown = { run: 'reference', chart: 'max-clients' } as const;

/** A document that follows from tables in the code or from a record, whole or in part. */
interface GeneratedDocument {
  /** Relative to the repository. */
  file: string;
  /** The part between the markers `<!-- part: … -->` and `<!-- /part -->`. Absent: the whole file. */
  part?: string;
  make(): string | Promise<string>;
}

export const documents: readonly GeneratedDocument[] = [
  { file: 'README.md', part: 'results', make: pictureAndTable },
  { file: 'results/README.md', part: 'figures', make: () => `\n${renderFigureList()}\n` },
  { file: 'results/README.md', part: 'causes', make: () => `\n${renderCauses()}\n\n` },
  { file: `results/${summarySchemaName}`, make: summaryJsonSchema },
  { file: 'docs/options.md', make: renderOptionDocs },
  { file: 'docs/glossary.md', make: renderGlossary },
];

/** The text that the file must have. */
export async function upToDate({ file, part, make }: GeneratedDocument): Promise<string> {
  const made = await make();
  if (part === undefined) return made;
  const pattern = new RegExp(`(?<=<!-- ${part}: .*-->\\n)[\\s\\S]*?(?=<!-- /${part} -->)`);
  return (await readFile(join(root, file), 'utf8')).replace(pattern, () => made);
}

async function pictureAndTable(): Promise<string> {
  const { run } = await readRun(join(root, 'results', shown.run));
  return `\n${picture(run)}\n\n${renderReadmeTable([run])}\n`;
}

function picture(run: MeasuredRun): string {
  const file = `results/${shown.run}/charts/${shown.chart}`;
  const alt = chartsOf([run]).find(({ name }) => name === shown.chart)?.alt ?? '';
  return toHtml(
    h('picture', [
      h('source', { media: '(prefers-color-scheme: dark)', srcSet: `${file}-dark.svg` }),
      h('img', { alt, src: `${file}.svg`, width: 760 }),
    ]),
  );
}
