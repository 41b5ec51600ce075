import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { BenchError } from '../errors.ts';
import { publish, publishTogether } from '../publish/publish.ts';
import { recordFileName } from '../record/writer.ts';
import type { Summary } from '../summary/summary.ts';

export interface ReportOptions {
  /** Folders of runs: of one everything is put beside its record, of several into a folder of their own. */
  folders: readonly string[];
  /** In place of that. */
  output: string | undefined;
  /** Gets a folder for several runs. */
  resultsDirectory: string;
  signal: AbortSignal;
}

/** @returns the folder that everything is in. @throws BenchError */
export async function report({ folders, output, resultsDirectory, signal }: ReportOptions): Promise<string> {
  refuseDuplicates(folders);
  if (output !== undefined) refuseForeignFolder(output, folders);
  const [only, ...others] = folders;
  if (only !== undefined && others.length === 0) return (await publish(only, output, signal)).directory;
  return await publishTogether(folders, (all) => output ?? join(resultsDirectory, `merged-${digestOf(all)}`), signal);
}

/** The same runs have the same folder, however often they are put side by side. */
function digestOf(summaries: readonly Summary[]): string {
  return createHash('sha256').update(JSON.stringify(summaries)).digest('hex').slice(0, 8);
}

function refuseDuplicates(folders: readonly string[]): void {
  const paths = folders.map(pathOf);
  const twice = folders.find((_, index) => paths.indexOf(paths[index] ?? '') < index);
  if (twice !== undefined) throw new BenchError('BAD_OPTION', `${twice} is named twice: name each run once`);
}

/** What is beside a record is of that record. */
function refuseForeignFolder(output: string, folders: readonly string[]): void {
  if (output === '') throw new BenchError('BAD_OPTION', '--output takes a folder, and its name is empty: name one');
  const isOwn = folders.length === 1 && folders.every((folder) => pathOf(folder) === pathOf(output));
  if (isOwn || !existsSync(join(output, recordFileName))) return;
  throw new BenchError('BAD_OPTION', `--output ${output} is the folder of a run: name another, or none`);
}

function pathOf(folder: string): string {
  // Of a folder that is not there, reading tells.
  return existsSync(folder) ? realpathSync(folder) : folder;
}
