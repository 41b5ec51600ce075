import type { PlannedTrial } from '../../plan/plan.ts';
import { notTheServers } from '../../record/causes.ts';
import type { Verdict } from '../../record/verdict.ts';
import type { TrialContext } from '../../trial/context.ts';
import { runTrial } from '../../trial/trial.ts';
import { type Attempt, attempt } from './attempt.ts';
import { type Bracket, geometricSteps, nextBetween } from './bracket.ts';

/** Goes through these numbers of clients on one server; undefined when that broke off. */
export type Tries = (numbers: readonly number[]) => Promise<Attempt | undefined>;

/**
 * How many clients a server holds: geometric steps on one server until a step is not passed, then bisection, every
 * attempt on a fresh server. What stopped it is the cause of the lowest number that was not held.
 */
export async function search(
  context: TrialContext,
  planned: PlannedTrial,
  sending: boolean,
  tries: Tries = freshServers(context, planned, sending),
): Promise<void> {
  const { config, record } = context;
  const first = await tries(geometricSteps(config.ramp));
  if (first === undefined) return;
  let bracket: Bracket = { passed: first.passed, failed: boundOf(first) };
  let stop = first.stop;
  for (let next = nextBetween(bracket, config.ramp); next !== undefined; next = nextBetween(bracket, config.ramp)) {
    const found = await tries([next]);
    const bound = found && boundOf(found);
    // Broken off, void, or out of time: the bracket stays as wide as it is.
    if (found === undefined || (found.failed !== undefined && bound === undefined)) break;
    bracket = bound === undefined ? { ...bracket, passed: next } : { ...bracket, failed: bound };
    if (bound !== undefined) stop = found.stop;
  }
  const { passed, failed } = bracket;
  record.append({
    type: 'search',
    search: planned.id,
    phase: planned.phase,
    contender: planned.contender,
    clients: passed,
    ...(failed !== undefined && { failedClients: failed }),
    isNarrow: failed !== undefined && nextBetween(bracket, config.ramp) === undefined,
    stop,
  });
  context.progress.phase(`  ${planned.contender}: ${describe(bracket, stop)}`);
}

/** A number that was not held is a bound only when it was the server that did not hold it. */
function boundOf({ failed, stop }: Attempt): number | undefined {
  return notTheServers.has(stop.cause) ? undefined : failed;
}

/** Each attempt with a server and a fleet of its own; of one that breaks off, the record says why. */
function freshServers(context: TrialContext, planned: PlannedTrial, sending: boolean): Tries {
  const timeOf = searchTime(context.config.ramp.limitMilliseconds, () => performance.now());
  let attempts = 0;
  return async (numbers) => {
    attempts += 1;
    const id = `${planned.id}/${attempts}`;
    const most = Math.max(...numbers);
    const begin = timeOf();
    return await runTrial(context, { ...planned, id, search: planned.id }, most, async (trial) => {
      const found = await attempt(trial, numbers, sending, begin());
      return { found, stop: found.stop };
    });
  };
}

/**
 * The time that a search has. Each attempt begins with the deadline of the whole; one that begins again was void, and
 * took nothing from it.
 */
export function searchTime(limitMilliseconds: number, now: () => number): () => () => number {
  let deadline = now() + limitMilliseconds;
  return () => {
    let beganAt: number | undefined;
    return () => {
      if (beganAt !== undefined) deadline += now() - beganAt;
      beganAt = now();
      return deadline;
    };
  };
}

/** Of a line of progress: the whole is in the record. */
const longestDetail = 300;

function describe({ passed, failed }: Bracket, { cause, detail }: Verdict): string {
  const range = failed === undefined ? `${passed} clients held` : `${passed} clients held, ${failed} not`;
  return `${range}; ${cause}: ${detail.length > longestDetail ? `${detail.slice(0, longestDetail)} …` : detail}`;
}
