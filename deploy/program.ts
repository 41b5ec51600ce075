import { type ChildProcessByStdio, type SpawnOptions, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { BenchError, Interrupted } from '../bench/errors.ts';

export interface Finished {
  /** Null when a signal ended it. */
  status: number | null;
  /** What it said on stderr, to be shown. */
  reason: string;
}

export interface Program {
  child: ChildProcessByStdio<Writable, Readable, Readable>;
  /**
   * Resolves when it has ended and all that it said was read.
   * @throws BenchError when it cannot be started. @throws Interrupted when it has ended after `signal`
   */
  finished: Promise<Finished>;
}

/** Starts a program of this machine, killed when `signal` says so. What its stdout is for, the caller knows. */
export function startProgram(
  [program, ...words]: readonly [string, ...string[]],
  { signal, detached = false }: Pick<SpawnOptions, 'signal' | 'detached'> = {},
): Program {
  const abort = signal === undefined ? {} : { signal, killSignal: 'SIGKILL' as const };
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], detached, ...abort });
  // A program that reads no further is noticed by its end.
  child.stdin.on('error', () => {});
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once('error', (error) => {
      if (signal?.aborted !== true) reject(new BenchError('PROCESS_FAILED', notStarted(program, error)));
    });
    child.once('close', (status) => {
      // Not before: until then it may still write to what is cleared away now. Ctrl-C may have reached it first.
      if (signal?.aborted === true) reject(new Interrupted());
      else resolve({ status, reason: stderr.trim() || 'it gave no reason' });
    });
  });
  // Whoever waits for it is told; until then its failure is nobody's crash.
  finished.catch(() => {});
  return { child, finished };
}

/** Runs a program to its end, with all of its stdin given. @throws BenchError @throws Interrupted */
export async function runProgram(
  command: readonly [string, ...string[]],
  signal?: AbortSignal,
  input = '',
): Promise<Finished & { stdout: string }> {
  const { child, finished } = startProgram(command, signal === undefined ? {} : { signal });
  child.stdin.end(input);
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  return { ...(await finished), stdout };
}

function notStarted(program: string, { message }: Error): string {
  return `${program} cannot be started (${message}): install it`;
}
