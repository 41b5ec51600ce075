import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file of a set: its text, and its mode. */
export interface SetFile {
  name: string;
  text: string;
  mode: number;
}

/** The numbers of the sets that a folder holds, the newest last. A set is a folder, named by its number. */
export async function setNumbers(directory: string): Promise<number[]> {
  const names = await readdir(directory);
  return names
    .filter((name) => /^[1-9]\d*$/.test(name))
    .map(Number)
    .sort((one, other) => one - other);
}

/**
 * Adds a set: builds it in a folder of its own, readable by this user alone, and renames that. So a set is there whole or
 * not at all, and never changes. False when the number is taken, because another process was quicker.
 */
export async function addSet(directory: string, number: number, files: readonly SetFile[]): Promise<boolean> {
  const building = await mkdtemp(join(directory, `.${process.pid}-`));
  try {
    for (const { name, text, mode } of files) await writeFile(join(building, name), text, { mode });
    // A folder replaces one that is missing or empty, and no other.
    await rename(building, join(directory, String(number)));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOTEMPTY', 'EEXIST'].includes(String(error.code))) return false;
    throw error;
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

/** Removes what processes left that ended while they built a set. */
export async function removeAbandoned(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const builder = /^\.(\d+)-/.exec(name)?.[1];
    if (builder !== undefined && !isRunning(Number(builder))) {
      await rm(join(directory, name), { recursive: true, force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // A process of another user may not be signalled, and runs.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
