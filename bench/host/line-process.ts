import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { parseJson } from '../../servers/contract/json.ts';
import { BenchError, Interrupted, messageOf } from '../errors.ts';

/** The part that schemas of zod and zod/mini share. */
interface LineSchema<Line> {
  safeParse(value: unknown): { success: true; data: Line } | { success: false };
}

export interface LineProcessOptions<Line> {
  /** Name in error messages: "the agent", "fleet process 2". */
  name: string;
  /** The program and its arguments. */
  command: readonly [program: string, ...words: string[]];
  /** Variables added to those of this process. */
  environment?: NodeJS.ProcessEnv;
  schema: LineSchema<Line>;
  signal: AbortSignal;
}

const closeMilliseconds = 5_000;

/** The command that runs a script of the suite with the Node that runs this process. */
export function nodeCommand(script: string, ...nodeOptions: string[]): readonly [string, ...string[]] {
  return [process.execPath, '--disable-warning=ExperimentalWarning', ...nodeOptions, script];
}

/**
 * A program that reads JSON lines on stdin and prints JSON lines on stdout. It ends when its stdin ends, so it never
 * outlives this process, even one that is killed.
 */
export class LineProcess<Line extends { type: string }> {
  readonly name: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #signal: AbortSignal;
  readonly #listeners = new Set<(line: Line) => void>();
  readonly #stderr: string[] = [];
  /** Resolves when the process has ended, or could not be started, and all its lines have been read. */
  readonly closed: Promise<void>;

  constructor({ name, command: [program, ...words], environment, schema, signal }: LineProcessOptions<Line>) {
    this.name = name;
    this.#signal = signal;
    // Its own process group, so that Ctrl-C reaches only the harness, which then stops the programs in order.
    this.#child = spawn(program, words, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
      detached: true,
    });
    // A write to a process that has ended must not crash the harness; `closed` reports the end.
    this.#child.stdin.on('error', () => {});
    this.closed = once(this.#child, 'close').then(
      () => {},
      (error: unknown) => void this.#stderr.push(messageOf(error)),
    );
    createInterface({ input: this.#child.stderr }).on('line', (text) => {
      this.#stderr.push(text);
      if (this.#stderr.length > 20) this.#stderr.shift();
    });
    createInterface({ input: this.#child.stdout }).on('line', (text) => {
      const line = schema.safeParse(parseJson(text));
      if (line.success) for (const listener of this.#listeners) listener(line.data);
      else this.#stderr.push(`not a line of its contract: ${text.slice(0, 300)}`);
    });
  }

  send(command: unknown): void {
    this.#child.stdin.write(`${JSON.stringify(command)}\n`);
  }

  /** Calls `listener` for each line from now on. @returns a function that stops the calls. */
  onLine(listener: (line: Line) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Resolves with the first defined result of `choose` for a line from now on. What `choose` throws is thrown on.
   * @throws BenchError PROCESS_FAILED when the process ends or reports a failure first
   * @throws BenchError PROCESS_SILENT when no such line comes in time
   * @throws Interrupted
   */
  async next<Chosen>(
    what: string,
    withinMilliseconds: number,
    choose: (line: Line) => Chosen | undefined,
  ): Promise<Chosen> {
    const { promise, resolve, reject } = Promise.withResolvers<Chosen>();
    const stopListening = this.onLine((line) => {
      if (line.type === 'failed') reject(new BenchError('PROCESS_FAILED', `${this.name} failed: ${describe(line)}`));
      try {
        const chosen = choose(line);
        if (chosen !== undefined) resolve(chosen);
      } catch (error) {
        reject(error);
      }
    });
    const timer = setTimeout(() => {
      const seconds = Math.round(withinMilliseconds / 1_000);
      reject(new BenchError('PROCESS_SILENT', `${this.name} sent no ${what} within ${seconds} s`));
    }, withinMilliseconds);
    const onAbort = () => reject(new Interrupted());
    this.#signal.addEventListener('abort', onAbort);
    if (this.#signal.aborted) onAbort();
    void this.closed.then(() => reject(new BenchError('PROCESS_FAILED', `${this.name} ended ${this.#how()}`)));
    try {
      return await promise;
    } finally {
      stopListening();
      clearTimeout(timer);
      this.#signal.removeEventListener('abort', onAbort);
    }
  }

  #how(): string {
    const { exitCode, signalCode } = this.#child;
    const how = signalCode === null ? `with exit code ${exitCode}` : `by ${signalCode}`;
    return `(${how}): ${this.#stderr.join('\n') || 'it gave no reason'}`;
  }

  /** Ends the process by closing its stdin, and by SIGKILL after five seconds. */
  async close(): Promise<void> {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), closeMilliseconds);
    await this.closed;
    clearTimeout(timer);
  }
}

function describe(line: object): string {
  return 'message' in line ? String(line.message) : JSON.stringify(line);
}
