import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BenchError, Interrupted, messageOf } from '../errors.ts';
import { charts } from '../report/charts/all.ts';

/** Contents of published files by name within the folder, such as "charts/build.svg". */
export type Files = ReadonlyMap<string, string | Uint8Array>;

/**
 * Writes files into a folder, each atomically.
 *
 * @throws BenchError RESULTS_NOT_WRITABLE
 * @throws Interrupted between two files
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

/**
 * Replaces a file atomically: a reader sees the old file or the new one, even one who opens a report during a rewrite.
 */
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

/** Names of published files that not every run has. Other files in the folder may be the user's own. */
const publishedNames = new RegExp(
  `^(summary\\.json|latency-[\\w-]+\\.hgrm|charts/(${Object.keys(charts).join('|')})(-[\\w-]+)?\\.(svg|png))$`,
);

/**
 * Removes published files of another run, or of an older state of the record, because they would contradict the table.
 *
 * @param files all files that are published now
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
    `tables and charts cannot be written to ${directory} (${messageOf(error)}): write them elsewhere with npm run bench:report -- <run> --output <folder>`,
  );
}
