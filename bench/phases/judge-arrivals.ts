import { z } from 'zod';
import type { FleetArrived } from '../../clients/contract.ts';
import { busyShare } from '../host/fleet-figures.ts';
import type { Config } from '../plan/config.ts';
import { mergeQuantiles } from '../stats/histogram.ts';

const count = z.int().nonnegative();
const milliseconds = z.number().nonnegative();
const quantiles = z.object({
  p50Milliseconds: milliseconds,
  p99Milliseconds: milliseconds,
  maxMilliseconds: milliseconds,
});

/** One rate of arrivals: each opens TLS and websocket, sends one message, awaits the pong behind it and leaves. */
export const arrivalStepSchema = z.object({
  askedPerSecond: z.number().positive(),
  /** Of those that ended well, from the first that was due to the end of the last. */
  achievedPerSecond: z.number().nonnegative(),
  due: count,
  finished: count,
  failures: z.record(z.string(), count),
  /**
   * Of those that ended well: to the upgrade, and to the pong; from when each was due (corrected for coordinated
   * omission) and from when it was begun. Absent when none ended well.
   */
  correctedConnect: quantiles.optional(),
  connect: quantiles.optional(),
  correctedPong: quantiles.optional(),
  pong: quantiles.optional(),
  /** How late the fleet began them. */
  latenessP99Milliseconds: milliseconds.optional(),
  /** Of the busiest fleet process. */
  fleetBusyShare: z.number().nonnegative(),
  verdict: z.enum(['kept', 'failed', 'void']),
  reasons: z.array(z.string()),
});
export type ArrivalStep = z.infer<typeof arrivalStepSchema>;

/**
 * Did the server keep up with this rate? Pure.
 *
 * @param before the step before, whose median latency is the measure; undefined at the first rate.
 */
export function judgeArrivals(
  askedPerSecond: number,
  arrived: readonly FleetArrived[],
  before: ArrivalStep | undefined,
  { arrivals, criteria }: Pick<Config, 'arrivals' | 'criteria'>,
): ArrivalStep {
  const seen = observe(askedPerSecond, arrived);
  if (seen.fleetBusyShare > criteria.fleetBusyShare) {
    const busy = `the fleet was busy: its loop at ${percent(seen.fleetBusyShare)}, allowed ${percent(criteria.fleetBusyShare)}`;
    return { ...seen, verdict: 'void', reasons: [busy] };
  }
  const reasons: string[] = [];
  const failed = seen.due - seen.finished;
  if (failed > arrivals.failureShare * seen.due) {
    const kinds = Object.entries(seen.failures).map(([kind, number]) => `${number} ${kind}`);
    reasons.push(`${failed} of ${seen.due} failed (${kinds.join(', ')}), allowed ${percent(arrivals.failureShare)}`);
  }
  const [was, is] = [before?.correctedPong?.p50Milliseconds, seen.correctedPong?.p50Milliseconds];
  if (was !== undefined && is !== undefined && is >= arrivals.latencyGrowth * was) {
    reasons.push(`median latency ${is.toFixed(1)} ms, ${(is / was).toFixed(1)} times that of the step before`);
  }
  return { ...seen, verdict: reasons.length === 0 ? 'kept' : 'failed', reasons };
}

function observe(askedPerSecond: number, arrived: readonly FleetArrived[]): Omit<ArrivalStep, 'verdict' | 'reasons'> {
  const total = (value: (line: FleetArrived) => number) => arrived.reduce((sum, line) => sum + value(line), 0);
  const failures: Record<string, number> = {};
  for (const line of arrived) {
    for (const [kind, number] of Object.entries(line.failures)) failures[kind] = (failures[kind] ?? 0) + (number ?? 0);
  }
  const finished = total((line) => line.finished);
  const longest = Math.max(...arrived.map((line) => line.durationMilliseconds));
  const lateness = mergeQuantiles(arrived.map((line) => line.latenessMicroseconds));
  return {
    askedPerSecond,
    achievedPerSecond: longest > 0 ? (finished / longest) * 1_000 : 0,
    due: total((line) => line.due),
    finished,
    failures,
    ...named(
      'correctedConnect',
      arrived.map((line) => line.correctedConnectMicroseconds),
    ),
    ...named(
      'connect',
      arrived.map((line) => line.connectMicroseconds),
    ),
    ...named(
      'correctedPong',
      arrived.map((line) => line.correctedPongMicroseconds),
    ),
    ...named(
      'pong',
      arrived.map((line) => line.pongMicroseconds),
    ),
    ...(lateness !== undefined && { latenessP99Milliseconds: lateness.p99Milliseconds }),
    fleetBusyShare: Math.max(
      ...arrived.map((line) => (line.elapsedMilliseconds > 0 ? busyShare(line, line.elapsedMilliseconds) : 0)),
    ),
  };
}

function named(name: 'correctedConnect' | 'connect' | 'correctedPong' | 'pong', encoded: string[]) {
  const merged = mergeQuantiles(encoded);
  if (merged === undefined) return {};
  const { count: _, meanMilliseconds: __, ...quantiles } = merged;
  return { [name]: quantiles };
}

/**
 * The rate of the last step that was kept before the first that was not. `isKnee` when a step that failed follows it;
 * else the server might bear more. Pure.
 */
export function kneeOf(steps: readonly ArrivalStep[]): { step: ArrivalStep; isKnee: boolean } | undefined {
  const end = steps.findIndex(({ verdict }) => verdict !== 'kept');
  const step = steps[(end === -1 ? steps.length : end) - 1];
  return step && { step, isKnee: steps[end]?.verdict === 'failed' };
}

function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
}
