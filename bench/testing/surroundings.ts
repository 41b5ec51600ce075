import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

type Need = 'root' | 'prlimit' | 'unshare' | 'ip' | 'tc' | 'cgroups' | 'conntrack';

/** Names the needs that this machine lacks, as the reason to skip a test; false when it lacks none. */
export function lacking(...needs: Need[]): string | false {
  const missing = needs.filter((need) => !isThere(need));
  return missing.length > 0 && `missing here: ${missing.join(', ')}`;
}

function isThere(need: Need): boolean {
  if (need === 'root') return process.geteuid?.() === 0;
  if (need === 'cgroups') return cgroupsAreVersion2() || existsSync(join(cgroups, 'memory'));
  if (need === 'conntrack') return existsSync('/proc/sys/net/netfilter/nf_conntrack_max');
  return spawnSync('which', [need]).status === 0;
}

export function run(program: string, ...words: string[]): void {
  const { status, stderr, error } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${error?.message ?? stderr}`);
}

/** Calls `undo` on disposal, and also when a signal ends the test. */
export function toUndo(undo: () => void): Disposable {
  const onSignal = () => {
    undo();
    process.exit(1);
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  return {
    [Symbol.dispose]() {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
      undo();
    },
  };
}

/** Sets a sysctl of the whole machine until disposal. @param path below /proc/sys */
export function setSysctl(path: string, value: string): Disposable {
  const file = join('/proc/sys', path);
  const before = readFileSync(file, 'utf8');
  const undo = toUndo(() => writeFileSync(file, before));
  writeFileSync(file, value);
  return undo;
}

/** Sets the soft and hard limit of open files of a running process. */
export function limitDescriptors(pid: number, descriptors: number): void {
  run('prlimit', '--pid', String(pid), `--nofile=${descriptors}:${descriptors}`);
}

/** Prefix of a command whose processes leave no core dump, and may have a limit of address space. */
export function withoutCores(addressSpaceBytes?: number): string[] {
  const limit = addressSpaceBytes === undefined ? [] : [`--as=${addressSpaceBytes}`];
  return ['prlimit', '--core=0', ...limit, '--'];
}

/** Prefix of a command that runs in its own network namespace with loopback up, after the shell commands `commands`. */
export function inOwnNetwork(...commands: string[]): string[] {
  return ['unshare', '--net', 'sh', '-c', ['ip link set lo up', ...commands, 'exec "$@"'].join(' && '), 'sh'];
}

/** Starts processes that take all cores, each in its own session, because the kernel shares cores by session first. */
export function occupyCores(processes: number): Disposable {
  const spinning = Array.from({ length: processes }, () =>
    // `timeout` ends them after ten minutes even if the test is killed.
    spawn('timeout', ['600', 'sh', '-c', 'while :; do :; done'], { detached: true, stdio: 'ignore' }),
  );
  return {
    [Symbol.dispose]() {
      for (const { pid, exitCode, signalCode } of spinning) {
        if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL');
      }
    },
  };
}

/** Waits up to 30 s until other programs leave half of the cores free. @returns the reason when they do not. */
export async function coresTaken(): Promise<string | undefined> {
  const seconds = 30;
  const ticks = () => (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/\s+/).slice(1, 9).map(Number);
  for (let second = 0; second < seconds; second += 1) {
    const before = ticks();
    await sleep(1_000);
    const passed = ticks().map((tick, kind) => tick - (before[kind] ?? 0));
    const all = passed.reduce((sum, tick) => sum + tick, 0);
    if ((passed[3] ?? 0) + (passed[4] ?? 0) > all / 2) return undefined;
  }
  return `others took more than half of the cores for ${seconds} s`;
}

const cgroups = '/sys/fs/cgroup';
const cgroupLimits = {
  memory: { version1: 'memory.limit_in_bytes', version2: 'memory.max' },
  pids: { version1: 'pids.max', version2: 'pids.max' },
};

/** A cgroup with one limit; it must be empty before disposal. */
export interface Cgroup extends Disposable {
  add(pid: number): void;
}

export function createCgroup(controller: keyof typeof cgroupLimits, limit: number): Cgroup {
  const isVersion2 = cgroupsAreVersion2();
  const directory = join(cgroups, isVersion2 ? '' : controller, `pi-websocket-bench-provoked-${process.pid}`);
  mkdirSync(directory);
  writeFileSync(join(directory, cgroupLimits[controller][isVersion2 ? 'version2' : 'version1']), String(limit));
  return {
    add: (pid) => writeFileSync(join(directory, 'cgroup.procs'), String(pid)),
    [Symbol.dispose]: () => rmdirSync(directory),
  };
}

function cgroupsAreVersion2(): boolean {
  return existsSync(join(cgroups, 'cgroup.controllers'));
}

/** A process that takes this share of the machine's memory. */
export function occupyMemory(share: number): Disposable {
  const bytes = Math.round(share * totalmem());
  const program = `const held = [];
for (let left = ${bytes}; left > 0; left -= 1 << 26) held.push(Buffer.alloc(1 << 26, 1));
setInterval(() => {}, 1_000_000);`;
  const child = spawn('timeout', ['600', process.execPath, '-e', program], { detached: true, stdio: 'ignore' });
  return {
    [Symbol.dispose]() {
      const { pid, exitCode, signalCode } = child;
      if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL');
    },
  };
}

/** Share of the machine's memory that is available. */
export function availableShare(): number {
  const text = readFileSync('/proc/meminfo', 'utf8');
  const bytesOf = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * 1024;
  return bytesOf('MemAvailable') / bytesOf('MemTotal');
}
