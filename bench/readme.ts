import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readRecord } from './record-file.ts';
import { renderReadmeTable } from './report/markdown.ts';
import { summarize } from './summary.ts';

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

if (import.meta.main) await writeFile(readme, await readmeWithTable());
