import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { BenchError, Interrupted } from '../bench/errors.ts';
import { type Finished, type Program, runProgram, startProgram } from './program.ts';
import { shellLine } from './shell.ts';
import { sshWords, type Target } from './target.ts';

const closeMilliseconds = 10_000;
/** From when nothing can be run over it to when it ends. */
const probeMilliseconds = 5_000;

interface RunOptions {
  input?: string;
  signal?: AbortSignal;
  /** "the release cannot be kept" */
  purpose: string;
}

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
  readonly #lost = new AbortController();
  #onLine: () => void = () => {};
  #isClosing = false;

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
    this.#master.finished.then(
      ({ reason }) => {
        if (!this.#isClosing) this.#lost.abort(lostConnection(target, reason));
      },
      () => {},
    );
  }

  /** Aborted, with a BenchError as its reason, when the connection has broken off. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Begins to connect, to run `holder` there; whether that succeeds, `line` tells. */
  static async open(target: Target, holder: string): Promise<Connection> {
    // Short, because the name of a socket may have some 100 bytes, and nobody else's: who can write to it is logged in.
    return new Connection(target, await mkdtemp(join(tmpdir(), 'pwb-')), holder);
  }

  /**
   * Resolves with all lines of the holder up to one that is this; a login may print others before.
   * @throws BenchError @throws Interrupted
   */
  async linesUntil(last: string, signal: AbortSignal): Promise<string[]> {
    const { promise, resolve, reject } = Promise.withResolvers<string[]>();
    this.#onLine = () => {
      const end = this.#lines.indexOf(last);
      if (end >= 0) resolve(this.#lines.slice(0, end));
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

  /**
   * Runs a command line there to its end, with all of its stdin given, and resolves with what it printed.
   * @throws BenchError when it fails, with `purpose` before the reason. @throws Interrupted
   */
  async run(line: string, { input = '', signal, purpose }: RunOptions): Promise<string> {
    const { status, stdout, reason } = await runProgram(this.command(line), signal, input);
    if (status === 0) return stdout;
    throw new BenchError('PROCESS_FAILED', `${purpose} on ${this.target.destination}: ${reason}`);
  }

  /** Runs there what may well fail, as where there is nothing to remove. @throws BenchError when it could not be tried. */
  async attempt(words: readonly string[]): Promise<void> {
    await this.run(`${shellLine(words)} 2> /dev/null; exit 0`, { purpose: `"${words.join(' ')}" cannot be run` });
  }

  /** Resolves when it is known whether it has broken off, which what runs over it may notice first. Never rejects. */
  async probe(): Promise<void> {
    const waited = new AbortController();
    const given = sleep(probeMilliseconds, undefined, { signal: waited.signal }).catch(() => {});
    await this.run('exit 0', { purpose: 'nothing answers' }).catch(() => Promise.race([this.#master.finished, given]));
    waited.abort();
  }

  /** How to run a command line over this connection, and over no other: without the master it fails. */
  command(line: string): readonly [string, ...string[]] {
    const words = [...sshWords(this.target), '-o', 'ControlMaster=no', '-o', 'ProxyCommand=false'];
    return ['ssh', ...words, '-S', join(this.#directory, 's'), '--', this.target.destination, line];
  }

  /** Ends the holder, and with it the connection. Resolves with how the holder ended; never rejects. */
  async close(): Promise<Finished> {
    this.#isClosing = true;
    this.#master.child.stdin.end();
    // A command that does not end by itself keeps the master; without it, the target's sshd closes what it had. Where the
    // holder has not begun, nothing has to end in order, and ssh may still wait for a machine that does not answer.
    const patience = this.#lines.length === 0 ? 0 : closeMilliseconds;
    const timer = setTimeout(() => this.#master.child.kill('SIGKILL'), patience);
    const end = await this.#master.finished.catch(() => ({ status: 255, reason: 'it was not started' }));
    clearTimeout(timer);
    await rm(this.#directory, { recursive: true, force: true });
    return end;
  }
}

function lostConnection({ destination }: Target, reason: string): BenchError {
  return new BenchError(
    'CONNECTION_LOST',
    `the connection to ${destination} broke off (${reason}): go on with --resume when it can be reached again`,
  );
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
