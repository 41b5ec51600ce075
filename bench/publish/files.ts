import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BenchError, Interrupted, messageOf } from '../errors.ts';

/** What is published, by its name within the folder: "charts/build.svg". */
export type Files = ReadonlyMap<string, string | Uint8Array>;

/**
 * Puts files into a folder, each whole or not at all.
 *
 * @throws BenchError RESULTS_NOT_WRITABLE
 * @throws Interrupted between two of them
 */
export async function writeFiles(directory: string, files: Files, signal?: AbortSignal): Promise<void> {
  try {
    for (const [name, content] of files) {
      if (signal?.aborted) throw new Interrupted();
      const file = join(directory, name);
      await mkdir(dirname(file), { recursive: true });
      await replace(file, content);
    }
  } catch (error) {
    throw error instanceof Interrupted ? error : unwritable(directory, error);
  }
}

/** A reader finds the old file or the new one, even where a run ends while somebody looks at its report. */
async function replace(file: string, content: string | Uint8Array): Promise<void> {
  const next = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(next, content);
    await rename(next, file);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
}

/** By their names, of one run but not of every one. A folder that somebody has named may hold files of their own. */
const publishedNames =
  /^(summary\.json|latency-[\w-]+\.hgrm|charts\/(build|cost|latency|max-clients|ramp-memory|timeline-[\w-]+)(-dark)?\.(svg|png))$/;

/**
 * Removes what was published here of another run, or of a record that has changed since: it would tell something else
 * than the table.
 *
 * @param files all that is published now.
 * @throws BenchError RESULTS_NOT_WRITABLE
 */
export async function removeStale(directory: string, files: Files): Promise<void> {
  try {
    for (const folder of ['.', 'charts']) {
      const present = await readdir(join(directory, folder)).catch(() => []);
      const stale = present
        .map((name) => join(folder, name))
        .filter((name) => publishedNames.test(name) && !files.has(name));
      for (const name of stale) await rm(join(directory, name), { force: true });
    }
  } catch (error) {
    throw unwritable(directory, error);
  }
}

function unwritable(directory: string, error: unknown): BenchError {
  return new BenchError(
    'RESULTS_NOT_WRITABLE',
    `tables and charts cannot be written to ${directory} (${messageOf(error)}): have them elsewhere, by npm run bench:report -- <run> --output <folder>`,
  );
}
