import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toHtml } from 'hast-util-to-html';
import { h } from 'hastscript';
import { BenchError } from '../errors.ts';
import { publish, readRun } from '../publish/publish.ts';
import { chartsOf } from '../report/charts/all.ts';
import { renderFigureList } from '../report/figure-list.ts';
import { renderReadmeTable } from '../report/markdown.ts';
import type { MeasuredRun } from '../report/measured-run.ts';
import { summaryJsonSchema, summarySchemaName } from '../summary/summary-schema.ts';
import { renderCauses } from './causes-table.ts';
import { optionDocs, renderOptionDocs } from './option-docs.ts';

const root = join(import.meta.dirname, '..', '..');
const readme = join(root, 'README.md');

export const resultsDirectory = join(root, 'results');
export const resultsReadme = join(resultsDirectory, 'README.md');
/** Records that this release has made. Those that an older one has made stand as that one left them. */
export const currentRuns = ['reference', 'emulated-pi'] as const;
/** The one that the README shows, and the chart of it. */
export const shown = { run: 'reference', chart: 'max-clients' } as const;

/** The README as it must be: its picture and table made from the reference run. */
export async function readmeWithResults(): Promise<string> {
  const { run } = await readRun(join(resultsDirectory, shown.run));
  const part = `\n${picture(run)}\n\n${renderReadmeTable([run])}\n`;
  return withPart(await readFile(readme, 'utf8'), 'results', part);
}

/** results/README.md as it must be: its lists of figures and of stop causes made from their tables. */
export async function resultsReadmeWithLists(): Promise<string> {
  const text = withPart(await readFile(resultsReadme, 'utf8'), 'figures', `\n${renderFigureList()}\n`);
  return withPart(text, 'causes', `\n${renderCauses()}\n\n`);
}

/** The text with another part between the markers `<!-- name: … -->` and `<!-- /name -->`. */
function withPart(text: string, name: string, part: string): string {
  return text.replace(new RegExp(`(?<=<!-- ${name}: .*-->\\n)[\\s\\S]*?(?=<!-- /${name} -->)`), () => part);
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

/** @throws BenchError RECORD_UNREADABLE */
async function writeDocs(): Promise<void> {
  for (const name of currentRuns) await publish(join(resultsDirectory, name));
  await writeFile(readme, await readmeWithResults());
  await writeFile(resultsReadme, await resultsReadmeWithLists());
  await writeFile(join(resultsDirectory, summarySchemaName), summaryJsonSchema());
  await writeFile(optionDocs, renderOptionDocs());
}

if (import.meta.main) {
  try {
    await writeDocs();
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
