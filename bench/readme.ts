import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BenchError } from './errors.ts';
import { readRecord } from './record-file.ts';
import { renderReadmeTable } from './report/markdown.ts';
import { summarize } from './summary.ts';
import { summaryJsonSchema, summarySchemaName } from './summary-schema.ts';

const root = join(import.meta.dirname, '..');
const readme = join(root, 'README.md');
const pattern = /(?<=<!-- table: .*-->\n)[\s\S]*?(?=<!-- \/table -->)/;

/** The README as it must be: its table made from the reference run. */
export async function readmeWithTable(): Promise<string> {
  const summary = summarize(await readRecord(join(root, 'results', 'reference')));
  return (await readFile(readme, 'utf8')).replace(
    pattern,
    () => `\n${renderReadmeTable([{ label: 'reference', summary }])}\n`,
  );
}

/** @throws BenchError RECORD_UNREADABLE */
async function writeDocs(): Promise<void> {
  await writeFile(readme, await readmeWithTable());
  await writeFile(join(root, 'results', summarySchemaName), summaryJsonSchema());
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
