import { z } from 'zod';

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
  /** Successful arrivals a second, from the time the first was due to the end of the last. */
  achievedPerSecond: z.number().nonnegative(),
  due: count,
  finished: count,
  failures: z.record(z.string(), count),
  /**
   * Latencies of successful arrivals, to the upgrade (`connect`) and to the pong: from when each was due (corrected for
   * coordinated omission) and from when it began. Absent when none succeeded.
   */
  correctedConnect: quantiles.optional(),
  connect: quantiles.optional(),
  correctedPong: quantiles.optional(),
  pong: quantiles.optional(),
  /** How late the fleet began arrivals. */
  latenessP99Milliseconds: milliseconds.optional(),
  /** Share of one core that the busiest fleet process used. */
  fleetBusyShare: z.number().nonnegative(),
  verdict: z.enum(['kept', 'failed', 'void']),
  reasons: z.array(z.string()),
});

export type ArrivalStep = z.infer<typeof arrivalStepSchema>;

/**
 * The last kept step before the first that was not kept. `isKnee`: a failed step follows it; otherwise the server may
 * sustain a higher rate. Pure.
 */
export function kneeOf(steps: readonly ArrivalStep[]): { step: ArrivalStep; isKnee: boolean } | undefined {
  const end = steps.findIndex(({ verdict }) => verdict !== 'kept');
  const step = steps[(end === -1 ? steps.length : end) - 1];
  return step && { step, isKnee: steps[end]?.verdict === 'failed' };
}
