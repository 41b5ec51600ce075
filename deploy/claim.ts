import { createInterface } from 'node:readline';
import { BenchError } from '../bench/errors.ts';
import { startProgram } from './program.ts';
import type { RemoteMachine } from './remote-machine.ts';
import { readScript, scriptLine } from './shell.ts';

/** Begins the line that tells (scripts/claim.sh), so that no greeting of a login is taken for it. */
const mark = 'pi-websocket-bench: ';

/** Several fit into the time that the other side waits for one. */
const beatMilliseconds = 20_000;

const claimScript = readScript('claim');

export interface Claim {
  /** Others may have the machine. Never throws. */
  release(): Promise<void>;
}

/**
 * Takes the machine for this run alone, from here to its end: two runs at once would measure each other, also where one
 * has no server just now.
 *
 * @throws BenchError HOST_BUSY
 */
export async function claim({ connection, layout }: RemoteMachine, run: string, patienceSeconds = 60): Promise<Claim> {
  const { destination } = connection.target;
  const command = connection.command(scriptLine(claimScript, layout.claim, run, String(patienceSeconds)));
  // Ctrl-C on the terminal is for the harness, which then lets go in order.
  const holder = startProgram(command, { detached: true });
  const { promise: answer, resolve } = Promise.withResolvers<string>();
  createInterface({ input: holder.child.stdout }).on('line', (line) => {
    if (line.startsWith(mark)) resolve(line.slice(mark.length));
  });
  const first = await Promise.race([answer, holder.finished]);
  if (typeof first === 'object') {
    throw new BenchError('PROCESS_FAILED', `a run cannot be told of on ${destination}: ${first.reason}`);
  }
  const [, other] = /^held by (.*)$/.exec(first) ?? [];
  if (other !== undefined) {
    throw new BenchError('HOST_BUSY', `another run is at work on ${destination} (${other}): wait for its end`);
  }
  const beat = setInterval(() => holder.child.stdin.write('.'), beatMilliseconds);
  // Without a connection it ends by itself.
  const ended = holder.finished.then(() => clearInterval(beat));
  return {
    async release() {
      holder.child.stdin.end();
      await ended;
    },
  };
}
