import type { FleetArrived } from '../../clients/contract.ts';
import { busyShare } from '../host/fleet-figures.ts';
import type { Config } from '../plan/config.ts';
import type { ArrivalStep } from '../record/arrival-step.ts';
import { mergeQuantiles } from '../stats/histogram.ts';
import { fixed, percentTenths } from '../text/format.ts';

/**
 * Judges whether the server kept up with a rate. Pure.
 *
 * @param before the step before, whose median latency is the baseline; undefined at the first rate.
 */
export function judgeArrivals(
  askedPerSecond: number,
  arrived: readonly FleetArrived[],
  before: ArrivalStep | undefined,
  { arrivals, criteria }: Pick<Config, 'arrivals' | 'criteria'>,
): ArrivalStep {
  const seen = observe(askedPerSecond, arrived);
  if (seen.fleetBusyShare > criteria.fleetBusyShare) {
    const busy = `the fleet was busy: its loop at ${percentTenths(seen.fleetBusyShare)}, allowed ${percentTenths(criteria.fleetBusyShare)}`;
    return { ...seen, verdict: 'void', reasons: [busy] };
  }
  const reasons: string[] = [];
  const failed = seen.due - seen.finished;
  if (failed > arrivals.failureShare * seen.due) {
    const kinds = Object.entries(seen.failures).map(([kind, number]) => `${number} ${kind}`);
    reasons.push(
      `${failed} of ${seen.due} failed (${kinds.join(', ')}), allowed ${percentTenths(arrivals.failureShare)}`,
    );
  }
  const [was, is] = [before?.correctedPong?.p50Milliseconds, seen.correctedPong?.p50Milliseconds];
  if (was !== undefined && is !== undefined && is >= arrivals.latencyGrowth * was) {
    reasons.push(`median latency ${fixed(is, 1)} ms, ${fixed(is / was, 1)} times that of the step before`);
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
