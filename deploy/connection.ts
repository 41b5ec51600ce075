import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BenchError, Interrupted } from '../bench/errors.ts';
import { type Finished, type Program, startProgram } from './program.ts';
import { sshWords, type Target } from './target.ts';

const closeMilliseconds = 10_000;

/**
 * One ssh connection to the target, which every command there shares (ssh_config(5), ControlMaster).
 *
 * The master runs a command of its own, the *holder*, which lasts until its stdin ends. This process has the other end:
 * whether it closes the connection, is killed, or loses the target, the holder hears of it and can leave things as they
 * were. For the same reason the master is a child and no daemon, which would outlive a killed harness.
 */
export class Connection {
  readonly target: Target;
  readonly #master: Program;
  readonly #directory: string;
  readonly #lines: string[] = [];
  #onLine: () => void = () => {};

  private constructor(target: Target, directory: string, holder: string) {
    this.target = target;
    this.#directory = directory;
    this.#master = startProgram(
      ['ssh', ...sshWords(target), '-M', '-S', join(directory, 's'), '--', target.destination, holder],
      // Ctrl-C on the terminal is for the harness, which then closes the connection in order.
      { detached: true },
    );
    createInterface({ input: this.#master.child.stdout }).on('line', (line) => {
      this.#lines.push(line);
      this.#onLine();
    });
  }

  /** Begins to connect, to run `holder` there; whether that succeeds, `line` tells. */
  static async open(target: Target, holder: string): Promise<Connection> {
    // Short, because the name of a socket may have some 100 bytes, and nobody else's: who can write to it is logged in.
    return new Connection(target, await mkdtemp(join(tmpdir(), 'pwb-')), holder);
  }

  /**
   * Resolves with the match of the holder's first line of this kind; a login may print other lines.
   * @throws BenchError @throws Interrupted
   */
  async line(pattern: RegExp, signal: AbortSignal): Promise<RegExpExecArray> {
    const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
    this.#onLine = () => {
      const match = this.#lines.map((line) => pattern.exec(line)).find((found) => found !== null);
      if (match !== undefined) resolve(match);
    };
    this.#onLine();
    const onAbort = () => reject(new Interrupted());
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    this.#master.finished.then((end) => reject(noConnection(this.target, end)), reject);
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** How to run a command line over this connection, and over no other: without the master it fails. */
  command(line: string): readonly [string, ...string[]] {
    const words = [...sshWords(this.target), '-o', 'ControlMaster=no', '-o', 'ProxyCommand=false'];
    return ['ssh', ...words, '-S', join(this.#directory, 's'), '--', this.target.destination, line];
  }

  /** Ends the holder, and with it the connection. Resolves with how the holder ended; never rejects. */
  async close(): Promise<Finished> {
    this.#master.child.stdin.end();
    // A command that does not end by itself keeps the master; without it, the target's sshd closes what it had.
    const timer = setTimeout(() => this.#master.child.kill('SIGKILL'), closeMilliseconds);
    const end = await this.#master.finished.catch(() => ({ status: 255, reason: 'it was not started' }));
    clearTimeout(timer);
    await rm(this.#directory, { recursive: true, force: true });
    return end;
  }
}

function noConnection({ destination }: Target, { reason }: Finished): BenchError {
  return new BenchError('PROCESS_FAILED', sentence(destination, reason));
}

function sentence(destination: string, reason: string): string {
  if (/IDENTIFICATION HAS CHANGED/.test(reason)) {
    return `${destination} shows another host key than the one known: find out why before anything else is done there`;
  }
  if (/host key verification failed|no \S+ host key is known/i.test(reason)) {
    return `the host key of ${destination} is not known: run "ssh ${destination}" once and compare it`;
  }
  if (/permission denied/i.test(reason)) {
    return `${destination} takes none of your ssh keys: run "ssh-copy-id ${destination}", or load the key into ssh-agent`;
  }
  return `there is no ssh connection to ${destination}: ${reason}`;
}
