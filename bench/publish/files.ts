import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Interrupted } from '../errors.ts';
import { unwritable } from '../record-file.ts';

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

/** A reader finds the old file or the new one. */
async function replace(file: string, content: string | Uint8Array): Promise<void> {
  const next = `${file}.tmp`;
  try {
    await writeFile(next, content);
    await rename(next, file);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
}

/** Pictures of an earlier release, or of a record that has changed since, would tell something else than the table. */
export async function removeOthers(directory: string, folder: string, files: Files): Promise<void> {
  const present = await readdir(join(directory, folder)).catch(() => []);
  const others = present.filter((name) => /\.(svg|png)$/.test(name) && !files.has(`${folder}/${name}`));
  for (const name of others) await rm(join(directory, folder, name), { force: true });
}
