import { BenchError } from '../bench/errors.ts';
import { checkHost, type HostCheck } from './checks.ts';
import { Connection } from './connection.ts';
import { factsScript, type HostFacts, lastFactsLine, parseFacts } from './facts.ts';
import { type Layout, layoutIn } from './layout.ts';
import { scriptLine } from './shell.ts';
import type { Target } from './target.ts';

/** Disk space for a release, with room for the samples of a long run. */
const neededBytes = 400_000_000;

/** A machine with an open ssh connection, which ends when the machine is disposed of. */
export interface RemoteMachine extends AsyncDisposable {
  connection: Connection;
  facts: HostFacts;
  layout: Layout;
  /** Results of all checks, met or not. */
  checks: HostCheck[];
  /** The command that runs these words as root: with sudo for a user who is not root. Undefined when sudo needs a password. */
  asRoot(words: readonly string[]): string[] | undefined;
}

/**
 * Connects to a machine that can run servers.
 *
 * @throws BenchError PLATFORM when it cannot; PROCESS_FAILED when there is no connection, or no POSIX sh. @throws Interrupted
 */
export async function connectMachine(target: Target, signal: AbortSignal): Promise<RemoteMachine> {
  const machine = await connectUncheckedMachine(target, signal);
  const fatal = machine.checks.filter(({ isFatal }) => isFatal).flatMap((check) => describeUnmet(check) ?? []);
  if (fatal.length === 0) return machine;
  await machine[Symbol.asyncDispose]();
  throw new BenchError('PLATFORM', fatal.join('; '));
}

/**
 * Connects to a machine for commands that deploy nothing, so that no failed check prevents them.
 *
 * @throws BenchError PROCESS_FAILED when there is no connection, or no POSIX sh. @throws Interrupted
 */
export async function connectUncheckedMachine(target: Target, signal: AbortSignal): Promise<RemoteMachine> {
  const connection = await Connection.open(target, scriptLine(factsScript));
  try {
    const facts = parseFacts(await connection.linesUntil(lastFactsLine, signal));
    const clockOffsetMilliseconds = facts.clockMilliseconds - Date.now();
    return {
      connection,
      facts,
      layout: layoutIn(facts.home),
      checks: checkHost(facts, { destination: target.destination, neededBytes, clockOffsetMilliseconds }),
      asRoot: (words) => (facts.userId === 0 ? [...words] : facts.hasSudo ? ['sudo', '-n', ...words] : undefined),
      [Symbol.asyncDispose]: async () => void (await connection.close()),
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** A sentence on a check that is not met and its remedy; undefined when it is met. Pure. */
export function describeUnmet(check: HostCheck): string | undefined {
  return check.isMet ? undefined : `${check.found}: ${check.remedy}`;
}
