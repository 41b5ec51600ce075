import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const name = 'pi-test';
/** The name that the lab's ssh configuration knows the machine by. */
export const guest = 'rig';

/** A virtual machine of its own, which this process alone speaks to. */
export interface Lab extends AsyncDisposable {
  /** Runs a command line there and gives what it printed. */
  there(line: string): string;
  /** Runs the suite's command line in the network that the machine is in. */
  bench(...words: string[]): Promise<{ exitCode: number | null; stdout: string; stderr: string }>;
  /** The same, as a process of a group of its own that can be killed. */
  start(...words: string[]): ChildProcess;
  /** Kills what was started and still runs. */
  killStarted(): void;
  /** A folder that goes with the lab: of runs. */
  results: string;
}

/** @param folder has a `vm.sh` that starts and stops a virtual machine, reached from a network namespace of its name. */
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

/** Of the run that was made last, in a folder of runs: one that was killed has no table. */
export function lastRun(results: string): { folder: string; table(): string; record(): string } {
  const folder = join(results, readdirSync(results).toSorted().at(-1) ?? '');
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  return { folder, table: () => read('table.md'), record: () => read('record.jsonl') };
}
