import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const name = 'pi-test';
/** The machine's name in the lab's ssh configuration. */
export const guest = 'rig';

/** A virtual machine that only this process uses. */
export interface Lab extends AsyncDisposable {
  /** Runs a command line there and returns its stdout. */
  there(line: string): string;
  /** Runs the suite's command line in the network of the machine. */
  bench(...words: string[]): Promise<{ exitCode: number | null; stdout: string; stderr: string }>;
  /** Starts the suite's command line in that network, in its own process group, which can be killed. */
  start(...words: string[]): ChildProcess;
  /** Kills the process groups that `start` and `bench` have started. */
  killStarted(): void;
  /** A temporary folder for runs, which is removed with the lab. */
  results: string;
}

/** @param folder has a `vm.sh` that starts and stops a virtual machine in a network namespace with the machine's name. */
export async function startLab(folder: string): Promise<Lab> {
  const environment = { ...process.env, RIG_NAME: name, RIG_ARCH: 'arm64' };
  const config = join(process.env.RIG_DIR ?? join(homedir(), '.cache', 'pi-lab'), `run-${name}`, 'ssh_config');
  const vm = (...words: string[]) => {
    const { status, stdout, stderr } = spawnSync(join(folder, 'vm.sh'), words, { env: environment, encoding: 'utf8' });
    if (status !== 0) throw new Error(`vm.sh ${words.join(' ')}: ${stderr}`);
    return stdout;
  };
  vm('start');
  const results = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-lab-'));
  const started: ChildProcess[] = [];
  const start = (...words: string[]) => {
    const [command = '', ...rest] = words;
    const suite = [process.execPath, 'bench/cli.ts', command, '--ssh-config', config, ...rest];
    const child = spawn('ip', ['netns', 'exec', name, ...suite], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    started.push(child);
    return child;
  };
  const killStarted = () => {
    for (const { pid, exitCode, signalCode } of started.splice(0)) {
      if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL');
    }
  };
  return {
    there: (line) => vm('ssh', line),
    start,
    killStarted,
    async bench(...words) {
      const child = start(...words);
      let [stdout, stderr] = ['', ''];
      child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      await once(child, 'close');
      return { exitCode: child.exitCode, stdout, stderr };
    },
    results,
    async [Symbol.asyncDispose]() {
      killStarted();
      vm('stop');
      await rm(results, { recursive: true, force: true });
    },
  };
}

/** The latest run in a folder of runs; a killed run has no table. */
export function lastRun(results: string): { folder: string; table(): string; record(): string } {
  const folder = join(results, readdirSync(results).toSorted().at(-1) ?? '');
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  return { folder, table: () => read('table.md'), record: () => read('record.jsonl') };
}
