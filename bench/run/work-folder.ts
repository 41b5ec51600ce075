import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface WorkFolder {
  directory: string;
  remove(): Promise<void>;
}

/**
 * Creates a folder below `parent`, named after this process, so that two runs never build over each other. Removes the
 * folders of runs that were killed.
 */
export async function openWorkFolder(parent: string): Promise<WorkFolder> {
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    if (/^\d+$/.test(name) && !isAlive(Number(name))) await rm(join(parent, name), { recursive: true, force: true });
  }
  const directory = join(parent, String(process.pid));
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory);
  return { directory, remove: () => rm(directory, { recursive: true, force: true }) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
