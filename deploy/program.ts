import { type ChildProcessByStdio, type SpawnOptions, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { BenchError, Interrupted } from '../bench/errors.ts';

export interface ProgramEnd {
  /** Exit status; null when a signal ended the program. */
  status: number | null;
  /** What the program printed on stderr, for messages to the user. */
  reason: string;
}

export interface Program {
  child: ChildProcessByStdio<Writable, Readable, Readable>;
  /**
   * Resolves when the program has ended and all its output is read. Rejects with BenchError PROCESS_FAILED when it
   * cannot be started, and with Interrupted when it has ended after `signal`.
   */
  finished: Promise<ProgramEnd>;
}

/** Starts a program on this machine, and kills it when `signal` aborts. Its stdout is left to the caller. */
export function startProgram(
  [program, ...words]: readonly [string, ...string[]],
  { signal, detached = false }: Pick<SpawnOptions, 'signal' | 'detached'> = {},
): Program {
  const abort = signal === undefined ? {} : { signal, killSignal: 'SIGKILL' as const };
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], detached, ...abort });
  // A program that stops reading its stdin ends, which `finished` reports.
  child.stdin.on('error', () => {});
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const finished = new Promise<ProgramEnd>((resolve, reject) => {
    child.once('error', (error) => {
      if (signal?.aborted !== true) reject(new BenchError('PROCESS_FAILED', notStarted(program, error)));
    });
    child.once('close', (status) => {
      // An interruption rejects only now, because the program could still write to files that the caller then removes.
      // The program may also have ended by itself, because Ctrl-C reached it first.
      if (signal?.aborted === true) reject(new Interrupted());
      else resolve({ status, reason: stderr.trim() || 'it gave no reason' });
    });
  });
  // The caller may await this later; without a handler, an earlier rejection would end the process.
  finished.catch(() => {});
  return { child, finished };
}

/**
 * Runs a program to its end with `input` as its stdin.
 *
 * @throws BenchError PROCESS_FAILED when it cannot be started. @throws Interrupted
 */
export async function runProgram(
  command: readonly [string, ...string[]],
  signal?: AbortSignal,
  input = '',
): Promise<ProgramEnd & { stdout: string }> {
  const { child, finished } = startProgram(command, signal === undefined ? {} : { signal });
  child.stdin.end(input);
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  return { ...(await finished), stdout };
}

function notStarted(program: string, { message }: Error): string {
  return `${program} cannot be started (${message}): install it`;
}
