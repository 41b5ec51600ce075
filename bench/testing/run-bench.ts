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

/** The suite's command line as a process with its own results folder. Disposal removes all processes and files. */
export interface BenchProcess extends AsyncDisposable {
  process: ChildProcess;
  pid: number;
  /** Value of the mark variable in the environment of this process and of all that it starts. */
  mark: string;
  results: string;
  /** The folder in which this run builds servers. */
  buildFolder: string;
  stdout: string[];
  stderr: string[];
  /** Resolves with the first line of stderr that matches, even an earlier one. */
  progress(pattern: RegExp): Promise<string>;
  /** Signals the whole process group, as Ctrl-C does. */
  signalGroup(signal: NodeJS.Signals): void;
  /** Resolves with the exit code when the process has ended and its output has been read. */
  ended: Promise<number | null>;
  /** The folder of the run; fails unless there is exactly one. */
  runFolder(): Promise<string>;
}

export function startBench(command?: string, ...options: string[]): Promise<BenchProcess> {
  return startBenchIn(root, command, ...options);
}

/** The same of the suite that lies in another folder. */
export async function startBenchIn(tree: string, command?: string, ...options: string[]): Promise<BenchProcess> {
  const results = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-results-'));
  const mark = randomUUID();
  const takesResults =
    command !== undefined && !/^(-|diff$|report$|deploy)/.test(command) && !options.includes('--resume');
  const words = takesResults ? ['--results', results] : [];
  const given = command === undefined ? [] : [command];
  // Starts the command line as npm does.
  const child = spawn(process.execPath, ['bench/cli.ts', ...given, ...words, ...options], {
    cwd: tree,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, [markVariable]: mark },
    // Its own process group, as a shell gives each command.
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
    buildFolder: join(tree, '.build', String(pid)),
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
      await rm(join(tree, '.build', String(pid)), { recursive: true, force: true });
    },
  };
}

/** Runs a command to its end. */
export async function runBench(...words: string[]) {
  await using bench = await startBench(...words);
  const exitCode = await bench.ended;
  return { exitCode, stdout: bench.stdout, stderr: bench.stderr };
}

/** Asserts that no process and no build of an ended run is left; without a process there is no open port either. */
export function assertNothingLeft(bench: BenchProcess): void {
  assert.deepEqual(markedProcesses(bench.mark), []);
  assert.ok(!existsSync(bench.buildFolder), 'the build folder is gone');
}

/** Asserts that everything that a killed harness had started ends by itself. */
export async function assertAllGoSoon(bench: BenchProcess): Promise<void> {
  await until('everything started is gone', () => markedProcesses(bench.mark).length === 0).catch((error) => {
    assert.fail(`${error.message}: ${JSON.stringify(markedProcesses(bench.mark))}`);
  });
}
