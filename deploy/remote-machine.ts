import { BenchError } from '../bench/errors.ts';
import { checkHost, type HostCheck } from './checks.ts';
import { Connection } from './connection.ts';
import { factsScript, type HostFacts, lastLine, parseFacts } from './facts.ts';
import { type Layout, layoutIn } from './layout.ts';
import { scriptLine } from './shell.ts';
import type { Target } from './target.ts';

/** Node, the servers and their certificate, with room for the samples of a long run. */
const neededBytes = 400_000_000;

/** A machine that ssh reaches. */
export interface RemoteMachine extends AsyncDisposable {
  connection: Connection;
  facts: HostFacts;
  layout: Layout;
  /** What of it was looked at, met or not. */
  checks: HostCheck[];
  /** These words as root: as they are when the user is root, by sudo when it asks for no password, else undefined. */
  asRoot(words: readonly string[]): string[] | undefined;
}

/** One that servers can run on. @throws BenchError @throws Interrupted */
export async function connectMachine(target: Target, signal: AbortSignal): Promise<RemoteMachine> {
  const machine = await reachMachine(target, signal);
  const fatal = machine.checks.filter(({ isFatal }) => isFatal).flatMap((check) => sentenceOf(check) ?? []);
  if (fatal.length === 0) return machine;
  await machine[Symbol.asyncDispose]();
  throw new BenchError('PLATFORM', fatal.join('; '));
}

/** One that nothing new is brought to: it may be full, or what else of it is wrong. @throws BenchError @throws Interrupted */
export async function reachMachine(target: Target, signal: AbortSignal): Promise<RemoteMachine> {
  const connection = await Connection.open(target, scriptLine(factsScript));
  try {
    const facts = parseFacts(await connection.linesUntil(lastLine, signal));
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
    // Says no more than the failure itself.
    await connection.close();
    throw error;
  }
}

/** What a check found and how it is mended; undefined when it is met. */
export function sentenceOf(check: HostCheck): string | undefined {
  return check.isMet ? undefined : `${check.found}: ${check.mend}`;
}
