import { readdir, readFile } from 'node:fs/promises';

/** Number of the system call read(2) on this processor. */
const readCall = new Map<string, number>([
  ['x64', 0],
  ['arm64', 63],
]).get(process.arch);

/**
 * Number of threads of a process that sleep in read(2); undefined when the kernel or the processor does not show it.
 */
export async function threadsInRead(pid: number): Promise<number | undefined> {
  if (readCall === undefined) return undefined;
  try {
    const threads = await readdir(`/proc/${pid}/task`);
    const calls = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/syscall`, 'utf8')));
    return calls.filter((call) => call.split(' ')[0] === String(readCall)).length;
  } catch {
    return undefined;
  }
}

/** True when `threadsInRead` works here: a kernel without CONFIG_HAVE_ARCH_TRACEHOOK has no such file. */
export const threadCallsAreKnown = (await threadsInRead(process.pid)) !== undefined;

/** The kernel's ids of all threads of a process; a replaced thread has another id. Empty on a system without /proc. */
export async function threadIds(pid: number): Promise<string[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  return threads.sort();
}
