import type { Timed } from '../../host/timeline.ts';
import { wholePercent } from '../../text/format.ts';
import { from } from '../evidence.ts';
import { type CauseRule, type Evidence, type Sign, saturated } from '../rule.ts';

/** What had no time for clients that wanted to connect. */
export const crowdingRules: readonly CauseRule[] = [
  { cause: 'event loop saturated', explains: ['connections'], find: eventLoopCrowded },
  { cause: 'CPU saturated', explains: ['connections'], find: coresCrowded },
];

/**
 * Connecting takes all that a machine has, so a busy machine means nothing then. It does when it stays busy without a
 * break for as long as a connection may take, and connections fail by time-out.
 */
const shortestMilliseconds = 5_000;

function eventLoopCrowded(evidence: Evidence): Sign | undefined {
  const { timeline } = evidence;
  const loop = lasting(evidence, timeline.counters, ({ eventLoopUtilisation }) => eventLoopUtilisation);
  const cores = lasting(evidence, timeline.samples, ({ machine }) => machine.cpuBusyShare);
  if (loop === undefined || cores !== undefined) return undefined;
  return {
    atMilliseconds: loop.atMilliseconds,
    detail: `the server's loop was busy ${wholePercent(loop.least)} of the time or more for ${seconds(loop)} s, while clients connected`,
    numbers: { eventLoopUtilisation: loop.least, busyMilliseconds: Math.round(loop.milliseconds) },
  };
}

function coresCrowded(evidence: Evidence): Sign | undefined {
  const cores = lasting(evidence, evidence.timeline.samples, ({ machine }) => machine.cpuBusyShare);
  if (cores === undefined) return undefined;
  return {
    atMilliseconds: cores.atMilliseconds,
    detail: `all cores of the server's machine were busy ${wholePercent(cores.least)} of the time or more for ${seconds(cores)} s, while clients connected`,
    numbers: { cpuBusyShare: cores.least, busyMilliseconds: Math.round(cores.milliseconds) },
  };
}

interface Lasting {
  /** The beginning. */
  atMilliseconds: number;
  milliseconds: number;
  /** The lowest share within it. */
  least: number;
}

/** The longest unbroken time of a saturated share, if it was long enough and kept clients out. */
function lasting<Value>(
  evidence: Evidence,
  list: readonly Timed<Value>[],
  read: (value: Value) => number,
): Lasting | undefined {
  if (!ranOutOfTime(evidence)) return undefined;
  const until = evidence.holdingAt ?? evidence.now;
  let longest: Lasting | undefined;
  let current: Lasting | undefined;
  for (const { atMilliseconds, value } of from(evidence.connectingAt, list)) {
    if (atMilliseconds > until) break;
    const share = read(value);
    if (share < saturated) current = undefined;
    else if (current === undefined) current = { atMilliseconds, milliseconds: 0, least: share };
    else {
      const milliseconds = atMilliseconds - current.atMilliseconds;
      current = { ...current, milliseconds, least: Math.min(current.least, share) };
    }
    if (current !== undefined && current.milliseconds >= (longest?.milliseconds ?? 0)) longest = current;
  }
  const enough = Math.max(shortestMilliseconds, evidence.config.ramp.connectTimeoutMilliseconds);
  return longest !== undefined && longest.milliseconds >= enough ? longest : undefined;
}

/** At least half of the failed connections failed by time-out. */
function ranOutOfTime({ step }: Evidence): boolean {
  const failures = step?.observation.connectFailures ?? {};
  const all = Object.values(failures).reduce((sum, number) => sum + number, 0);
  return all > 0 && 2 * (failures.timeout ?? 0) >= all;
}

function seconds({ milliseconds }: Lasting): number {
  return Math.round(milliseconds / 1_000);
}
