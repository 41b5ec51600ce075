import { mkdir, mkdtemp, readdir, rename, rm, rmdir, stat, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const pollMilliseconds = 20;
/** Making certificates takes far less than a second, also on a Pi: a lock this old is of a process that crashed. */
const staleMilliseconds = 10_000;

/**
 * Runs `run` while no other process runs anything under the lock of this folder. Whoever holds the lock has an entry
 * of its own in the folder `.lock`; an empty one is free. The entry comes with the folder, in one rename, and a stale
 * lock is taken over by renaming just the entry that was seen: of several who try, one has it, and nobody ever takes
 * a lock that has changed hands since he looked.
 */
export async function withLock<Result>(directory: string, run: () => Promise<Result>): Promise<Result> {
  const lock = join(directory, '.lock');
  const own = await mkdtemp(`${lock}-`);
  const entry = basename(own);
  try {
    await mkdir(join(own, entry));
    while (!(await take(lock, own)) && !(await takeOver(lock, entry))) await setTimeout(pollMilliseconds);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
  try {
    return await run();
  } finally {
    // The next one may have it before the folder is gone: then it is his.
    await unlessCode(['ENOENT', 'ENOTEMPTY', 'EEXIST'], async () => {
      await rmdir(join(lock, entry));
      await rmdir(lock);
      return true;
    });
  }
}

/** A folder can be renamed to one that is missing or empty, and to no other. */
function take(lock: string, own: string): Promise<boolean> {
  return unlessCode(['ENOTEMPTY', 'EEXIST'], async () => {
    // The lock's age counts from here, not from when the waiting began.
    const now = new Date();
    await utimes(own, now, now);
    await rename(own, lock);
    return true;
  });
}

function takeOver(lock: string, entry: string): Promise<boolean> {
  return unlessCode(['ENOENT'], async () => {
    // Before its age is read: the age of a later lock would not be this holder's.
    const [holder] = await readdir(lock);
    const { mtimeMs } = await stat(lock);
    // A clock that was set back must not make a lock last for ever.
    if (holder === undefined || Math.abs(Date.now() - mtimeMs) < staleMilliseconds) return false;
    // Makes the folder as good as new, too.
    await rename(join(lock, holder), join(lock, entry));
    return true;
  });
}

/** False when `run` fails with one of these codes, which tell that another process was quicker. */
async function unlessCode(codes: string[], run: () => Promise<boolean>): Promise<boolean> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Error && 'code' in error && codes.includes(String(error.code))) return false;
    throw error;
  }
}
