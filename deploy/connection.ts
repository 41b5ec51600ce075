import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { BenchError, Interrupted } from '../bench/errors.ts';
import { type Program, type ProgramEnd, runProgram, startProgram } from './program.ts';
import { shellLine } from './shell.ts';
import { sshOptions, type Target } from './target.ts';

const closeMilliseconds = 10_000;
/** The longest time from the failure of a command to the end of a lost connection. */
const probeMilliseconds = 5_000;

interface RunOptions {
  input?: string;
  signal?: AbortSignal;
  /** Begins the sentence of a failure: "the release cannot be stored". */
  purpose: string;
}

/**
 * One ssh connection to the target, which all commands there share (ssh_config(5), ControlMaster).
 *
 * The ssh master runs a command of its own, the *session command*, which lasts until its stdin ends. This process holds
 * the other end of that stdin. So the session command notices when this process closes the connection, is killed or
 * loses the target, and can restore the machine first. For the same reason the master is a child process and not a
 * daemon, which would outlive a killed harness.
 */
export class Connection {
  readonly target: Target;
  readonly #master: Program;
  readonly #directory: string;
  readonly #lines: string[] = [];
  readonly #lost = new AbortController();
  #onLine: () => void = () => {};
  #isClosing = false;

  private constructor(target: Target, directory: string, sessionCommand: string) {
    this.target = target;
    this.#directory = directory;
    this.#master = startProgram(
      ['ssh', ...sshOptions(target), '-M', '-S', join(directory, 's'), '--', target.destination, sessionCommand],
      // Detached, because Ctrl-C on the terminal is for the harness, which then closes the connection in order.
      { detached: true },
    );
    createInterface({ input: this.#master.child.stdout }).on('line', (line) => {
      this.#lines.push(line);
      this.#onLine();
    });
    this.#master.finished.then(
      ({ reason }) => {
        if (!this.#isClosing) this.#lost.abort(connectionLost(target, reason));
      },
      () => {},
    );
  }

  /** Aborted, with a BenchError CONNECTION_LOST as the reason, when the connection is lost. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Starts to connect and to run `sessionCommand` there. `linesUntil` reports whether that succeeds. */
  static async open(target: Target, sessionCommand: string): Promise<Connection> {
    // The folder has a short name, because a socket's path may have about 100 bytes. Only this user may enter it,
    // because a process that can write to the socket is logged in.
    return new Connection(target, await mkdtemp(join(tmpdir(), 'pwb-')), sessionCommand);
  }

  /**
   * Resolves with all lines before the session command's line `last`, including those that the login printed.
   *
   * @throws BenchError PROCESS_FAILED when ssh does not connect or the command ends. @throws Interrupted
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
   * Runs a command line there to its end with `input` as its stdin, and resolves with its stdout.
   *
   * @throws BenchError PROCESS_FAILED when its exit status is not 0, as "<purpose> on <destination>: <reason>".
   * @throws Interrupted
   */
  async run(line: string, { input = '', signal, purpose }: RunOptions): Promise<string> {
    const { status, stdout, reason } = await runProgram(this.command(line), signal, input);
    if (status === 0) return stdout;
    throw new BenchError('PROCESS_FAILED', `${purpose} on ${this.target.destination}: ${reason}`);
  }

  /**
   * Runs a command there that may fail, for example because there is nothing to remove.
   *
   * @throws BenchError PROCESS_FAILED when it could not be started.
   */
  async attempt(words: readonly string[]): Promise<void> {
    await this.run(`${shellLine(words)} 2> /dev/null; exit 0`, { purpose: `"${words.join(' ')}" cannot be run` });
  }

  /** Resolves when it is known whether the connection is lost; a command over it may notice that first. Never rejects. */
  async probe(): Promise<void> {
    const waited = new AbortController();
    const timeout = sleep(probeMilliseconds, undefined, { signal: waited.signal }).catch(() => {});
    await this.run('exit 0', { purpose: 'nothing answers' }).catch(() =>
      Promise.race([this.#master.finished, timeout]),
    );
    waited.abort();
  }

  /** The command that runs a command line over this connection only: it fails when the ssh master is gone. */
  command(line: string): readonly [string, ...string[]] {
    const options = [...sshOptions(this.target), '-o', 'ControlMaster=no', '-o', 'ProxyCommand=false'];
    return ['ssh', ...options, '-S', join(this.#directory, 's'), '--', this.target.destination, line];
  }

  /** Ends the session command, and with it the connection. Resolves with how that command ended; never rejects. */
  async close(): Promise<ProgramEnd> {
    this.#isClosing = true;
    this.#master.child.stdin.end();
    // A command that does not end keeps the master running; the target's sshd closes the command's pipes once the master
    // is killed. Before the session command has begun, nothing has to end in order, and ssh may still be waiting for a
    // machine that does not answer.
    const graceMilliseconds = this.#lines.length === 0 ? 0 : closeMilliseconds;
    const timer = setTimeout(() => this.#master.child.kill('SIGKILL'), graceMilliseconds);
    const end = await this.#master.finished.catch(() => ({ status: 255, reason: 'it was not started' }));
    clearTimeout(timer);
    await rm(this.#directory, { recursive: true, force: true });
    return end;
  }
}

function connectionLost({ destination }: Target, reason: string): BenchError {
  return new BenchError(
    'CONNECTION_LOST',
    `the connection to ${destination} broke off (${reason}): continue with --resume when the machine can be reached again`,
  );
}

function noConnection({ destination }: Target, { reason }: ProgramEnd): BenchError {
  return new BenchError('PROCESS_FAILED', describeRefusal(destination, reason));
}

function describeRefusal(destination: string, reason: string): string {
  if (/IDENTIFICATION HAS CHANGED/.test(reason)) {
    return `${destination} shows another host key than the known one: find out why before you do anything else there`;
  }
  if (/host key verification failed|no \S+ host key is known/i.test(reason)) {
    return `the host key of ${destination} is not known: run "ssh ${destination}" once and compare it`;
  }
  if (/permission denied/i.test(reason)) {
    return `${destination} accepts none of your ssh keys: run "ssh-copy-id ${destination}", or load the key into ssh-agent`;
  }
  return `there is no ssh connection to ${destination}: ${reason}`;
}
