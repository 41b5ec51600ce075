import { createInterface } from 'node:readline';
import { BenchError } from '../bench/errors.ts';
import { startProgram } from './program.ts';
import type { RemoteMachine } from './remote-machine.ts';
import { readScript, scriptLine } from './shell.ts';

/** Begins the answer of scripts/lock.sh, which keeps it apart from a greeting that the login prints. */
const lockAnswerPrefix = 'pi-websocket-bench: ';

/** Time between two bytes to the process that holds the lock: a third of its default time-out. */
const heartbeatMilliseconds = 20_000;

const lockScript = readScript('lock');

/** Reserves a machine for one run. */
export interface MachineLock {
  /** Lets other runs lock the machine. Never rejects. */
  release(): Promise<void>;
}

/**
 * Locks the machine for one run, because two runs at once would disturb each other's measurements, even while one of
 * them has no server. The machine releases the lock itself after `timeoutSeconds` without a sign of this process.
 *
 * @throws BenchError HOST_BUSY when another run holds the lock; PROCESS_FAILED when the lock file cannot be written.
 */
export async function lockMachine(
  { connection, layout }: RemoteMachine,
  run: string,
  timeoutSeconds = 60,
): Promise<MachineLock> {
  const { destination } = connection.target;
  const command = connection.command(scriptLine(lockScript, layout.lockFile, run, String(timeoutSeconds)));
  // Detached, because Ctrl-C on the terminal is for the harness, which then releases the lock in order.
  const holder = startProgram(command, { detached: true });
  const { promise: answer, resolve } = Promise.withResolvers<string>();
  createInterface({ input: holder.child.stdout }).on('line', (line) => {
    if (line.startsWith(lockAnswerPrefix)) resolve(line.slice(lockAnswerPrefix.length));
  });
  const first = await Promise.race([answer, holder.finished]);
  if (typeof first === 'object') {
    throw new BenchError('PROCESS_FAILED', `${destination} cannot be locked for this run: ${first.reason}`);
  }
  const [, other] = /^held by (.*)$/.exec(first) ?? [];
  if (other !== undefined) {
    throw new BenchError('HOST_BUSY', `another run is at work on ${destination} (${other}): wait for its end`);
  }
  const heartbeat = setInterval(() => holder.child.stdin.write('.'), heartbeatMilliseconds);
  // The holder also ends when the connection is lost.
  const ended = holder.finished.then(() => clearInterval(heartbeat));
  return {
    async release() {
      holder.child.stdin.end();
      await ended;
    },
  };
}
