import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The usual mount points. A lookup would repeat the code under test. */
const version1 = { memory: '/sys/fs/cgroup/memory', pids: '/sys/fs/cgroup/pids' };
const version2 = '/sys/fs/cgroup';

interface Limits {
  memoryBytes: number;
  pids: number;
}

/** A cgroup for one test. Disposing of it removes it, which fails while a process is in it. */
export interface TestCgroup extends Disposable {
  /** Moves the process into it. */
  add(pid: number): void;
  below(limits: Limits): TestCgroup;
  pidsInside(): number;
}

/** Reason to skip a test that needs a cgroup of its own; false when it can run. */
export const cgroupMissing: string | false = whyMissing();

export function createTestCgroup(limits: Limits): TestCgroup {
  const name = `pi-websocket-bench-${process.pid}-${process.hrtime.bigint()}`;
  if (isVersion2()) return inVersion2(join(version2, name), limits);
  return inVersion1({ memory: join(version1.memory, name), pids: join(version1.pids, name) }, limits);
}

function inVersion1(directories: typeof version1, limits: Limits): TestCgroup {
  const both = Object.values(directories);
  makeAll(both, () => {
    writeFileSync(join(directories.memory, 'memory.limit_in_bytes'), String(limits.memoryBytes));
    // Memory and swap together, or the process would be swapped out and not killed.
    const withSwap = join(directories.memory, 'memory.memsw.limit_in_bytes');
    if (existsSync(withSwap)) writeFileSync(withSwap, String(limits.memoryBytes));
    writeFileSync(join(directories.pids, 'pids.max'), String(limits.pids));
  });
  return {
    add(pid) {
      // In this order, so that a process that sees the limit of memory sees that of pids too.
      writeFileSync(join(directories.pids, 'cgroup.procs'), String(pid));
      writeFileSync(join(directories.memory, 'cgroup.procs'), String(pid));
    },
    below: (more) =>
      inVersion1({ memory: join(directories.memory, 'below'), pids: join(directories.pids, 'below') }, more),
    pidsInside: () => Number(readFileSync(join(directories.pids, 'pids.current'), 'utf8')),
    [Symbol.dispose]: () => removeAll(both),
  };
}

function inVersion2(directory: string, limits: Limits): TestCgroup {
  makeAll([directory], () => {
    writeFileSync(join(directory, 'memory.max'), String(limits.memoryBytes));
    const swap = join(directory, 'memory.swap.max');
    if (existsSync(swap)) writeFileSync(swap, '0');
    writeFileSync(join(directory, 'pids.max'), String(limits.pids));
  });
  return {
    add: (pid) => writeFileSync(join(directory, 'cgroup.procs'), String(pid)),
    below(more) {
      writeFileSync(join(directory, 'cgroup.subtree_control'), '+memory +pids');
      return inVersion2(join(directory, 'below'), more);
    },
    pidsInside: () => Number(readFileSync(join(directory, 'pids.current'), 'utf8')),
    [Symbol.dispose]: () => removeAll([directory]),
  };
}

function makeAll(directories: string[], configure: () => void): void {
  try {
    for (const directory of directories) mkdirSync(directory);
    configure();
  } catch (error) {
    removeAll(directories.filter((directory) => existsSync(directory)));
    throw error;
  }
}

function removeAll(directories: string[]): void {
  for (const directory of directories) rmdirSync(directory);
}

function isVersion2(): boolean {
  const delegated = join(version2, 'cgroup.subtree_control');
  return existsSync(delegated) && /\bmemory\b.*\bpids\b/.test(readFileSync(delegated, 'utf8'));
}

function whyMissing(): string | false {
  if (!isVersion2() && !Object.values(version1).every((directory) => existsSync(directory))) {
    return 'no memory and pids controllers of cgroups here';
  }
  try {
    createTestCgroup({ memoryBytes: 2 ** 30, pids: 1_000 })[Symbol.dispose]();
    return false;
  } catch (error) {
    return `no cgroup may be made here: ${error instanceof Error ? error.message : error}`;
  }
}
