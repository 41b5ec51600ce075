import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { markedProcesses, markVariable, until } from './processes.ts';

const root = join(import.meta.dirname, '..', '..');

/** The command line of the suite as a process, with a results folder of its own. Disposing of it leaves nothing. */
export interface BenchProcess extends AsyncDisposable {
  process: ChildProcess;
  pid: number;
  /** In the environment of this process and of all it starts. */
  mark: string;
  results: string;
  /** Where this run builds. */
  buildFolder: string;
  stdout: string[];
  stderr: string[];
  /** Resolves with the first line of stderr that matches, even when it has already come. */
  progress(pattern: RegExp): Promise<string>;
  /** To everyone in front of the terminal, as Ctrl-C. */
  signalGroup(signal: NodeJS.Signals): void;
  /** Resolves with the exit code when it has ended and all it said has been read. */
  ended: Promise<number | null>;
  /** The folder of the run, when there is one. */
  runFolder(): Promise<string>;
}

export async function startBench(command?: string, ...options: string[]): Promise<BenchProcess> {
  const results = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-results-'));
  const mark = randomUUID();
  const takesResults =
    command !== undefined && !/^(-|diff$|report$|deploy)/.test(command) && !options.includes('--resume');
  const words = takesResults ? ['--results', results] : [];
  const given = command === undefined ? [] : [command];
  // As npm starts it.
  const child = spawn(process.execPath, ['bench/cli.ts', ...given, ...words, ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, [markVariable]: mark },
    // A process group of its own, as a shell gives it.
    detached: true,
  });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  const stdout: string[] = [];
  const stderr: string[] = [];
  const listeners = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => stdout.push(line));
  createInterface({ input: child.stderr }).on('line', (line) => {
    stderr.push(line);
    for (const listener of listeners) listener();
  });
  const ended = once(child, 'close').then(() => child.exitCode);

  return {
    process: child,
    pid,
    mark,
    results,
    buildFolder: join(root, '.build', String(pid)),
    stdout,
    stderr,
    progress(pattern) {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const look = () => {
        const line = stderr.find((text) => pattern.test(text));
        if (line !== undefined) resolve(line);
      };
      listeners.add(look);
      look();
      ended.then(() => reject(new Error(`ended before it said ${pattern}:\n${stderr.join('\n')}`)), reject);
      return promise.finally(() => listeners.delete(look));
    },
    signalGroup: (signal) => process.kill(-pid, signal),
    ended,
    async runFolder() {
      const [name, ...others] = await readdir(results);
      assert.ok(name !== undefined && others.length === 0, 'one run, one folder');
      return join(results, name);
    },
    async [Symbol.asyncDispose]() {
      for (const { pid } of markedProcesses(mark)) process.kill(pid, 'SIGKILL');
      await ended;
      await rm(results, { recursive: true, force: true });
      await rm(join(root, '.build', String(pid)), { recursive: true, force: true });
    },
  };
}

/** Runs to the end. */
export async function runBench(...words: string[]) {
  await using bench = await startBench(...words);
  const exitCode = await bench.ended;
  return { exitCode, stdout: bench.stdout, stderr: bench.stderr };
}

/** After the end of a run: nothing that it started or built is there any more; and without a process no open port. */
export function assertNothingLeft(bench: BenchProcess): void {
  assert.deepEqual(markedProcesses(bench.mark), []);
  assert.ok(!existsSync(bench.buildFolder), 'the build folder is gone');
}

/** After the harness was killed: what it had started goes by itself, if not at once. */
export async function assertAllGoSoon(bench: BenchProcess): Promise<void> {
  await until('everything started is gone', () => markedProcesses(bench.mark).length === 0).catch((error) => {
    assert.fail(`${error.message}: ${JSON.stringify(markedProcesses(bench.mark))}`);
  });
}
