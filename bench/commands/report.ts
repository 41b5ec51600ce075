import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { BenchError } from '../errors.ts';
import { publish, publishTogether } from '../publish/publish.ts';
import { recordFileName } from '../record/writer.ts';
import type { Summary } from '../summary/summary.ts';

export interface ReportOptions {
  /** Folders of runs. Files of one run go beside its record, those of several runs into a new folder. */
  folders: readonly string[];
  /** Another folder for the files. */
  output: string | undefined;
  /** Parent of the folder for several runs. */
  resultsDirectory: string;
  signal: AbortSignal;
}

/**
 * Publishes runs from their records.
 *
 * @returns the folder of the published files
 * @throws BenchError BAD_OPTION, RECORD_UNREADABLE, RESULTS_NOT_WRITABLE
 * @throws Interrupted
 */
export async function report({ folders, output, resultsDirectory, signal }: ReportOptions): Promise<string> {
  refuseDuplicates(folders);
  if (output !== undefined) refuseForeignFolder(output, folders);
  const [only, ...others] = folders;
  if (only !== undefined && others.length === 0) return (await publish(only, output, signal)).directory;
  return await publishTogether(folders, (all) => output ?? join(resultsDirectory, `merged-${digestOf(all)}`), signal);
}

/** Names the folder of several runs, so that the same runs always share one folder. */
function digestOf(summaries: readonly Summary[]): string {
  return createHash('sha256').update(JSON.stringify(summaries)).digest('hex').slice(0, 8);
}

function refuseDuplicates(folders: readonly string[]): void {
  const paths = folders.map(pathOf);
  const twice = folders.find((_, index) => paths.indexOf(paths[index] ?? '') < index);
  if (twice !== undefined) throw new BenchError('BAD_OPTION', `${twice} is named twice: name each run once`);
}

/** The folder of a run holds only files of that run. @throws BenchError BAD_OPTION */
function refuseForeignFolder(output: string, folders: readonly string[]): void {
  if (output === '') throw new BenchError('BAD_OPTION', '--output takes a folder, and its name is empty: name one');
  const isOwn = folders.length === 1 && folders.every((folder) => pathOf(folder) === pathOf(output));
  if (isOwn || !existsSync(join(output, recordFileName))) return;
  throw new BenchError('BAD_OPTION', `--output ${output} is the folder of a run: name another, or none`);
}

function pathOf(folder: string): string {
  // Reading the record later reports a folder that does not exist.
  return existsSync(folder) ? realpathSync(folder) : folder;
}
