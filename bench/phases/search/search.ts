import type { PlannedTrial } from '../../plan/plan.ts';
import { notTheServers } from '../../record/causes.ts';
import type { Verdict } from '../../record/verdict.ts';
import type { TrialContext } from '../../trial/context.ts';
import { runTrial } from '../../trial/trial.ts';
import { type Attempt, attempt } from './attempt.ts';
import { type Bracket, geometricSteps, nextBetween } from './bracket.ts';

/** Tries these numbers of clients on one server; undefined when the trial failed. */
export type Tries = (numbers: readonly number[]) => Promise<Attempt | undefined>;

/**
 * Finds how many clients a server holds: geometric steps on one server until a step does not pass, then bisection with
 * a fresh server per attempt. The stop cause is that of the lowest number that was not held. Records the result, unless
 * the first attempt fails.
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
    // A failed, void or late attempt says nothing about the server, so the bracket stays as wide as it is.
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

/**
 * A number that was not held is an upper bound only when the server, not the fleet or the time limit, was the cause.
 */
function boundOf({ failed, stop }: Attempt): number | undefined {
  return notTheServers.has(stop.cause) ? undefined : failed;
}

/** Runs each attempt with its own server and fleet; the record holds the reason of a failed attempt. */
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
 * Keeps the deadline of a search. The outer function is called once per attempt, the inner one at each beginning of it;
 * a second beginning means that the first was void, and moves the deadline by the time it took.
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

/** Characters of a detail in a line of progress; the record holds the whole. */
const longestDetail = 300;

function describe({ passed, failed }: Bracket, { cause, detail }: Verdict): string {
  const range = failed === undefined ? `${passed} clients held` : `${passed} clients held, ${failed} not`;
  return `${range}; ${cause}: ${detail.length > longestDetail ? `${detail.slice(0, longestDetail)} …` : detail}`;
}
