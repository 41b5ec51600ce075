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
 * The rate of the last step that was kept before the first that was not. `isKnee` when a step that failed follows it;
 * else the server might bear more. Pure.
 */
export function kneeOf(steps: readonly ArrivalStep[]): { step: ArrivalStep; isKnee: boolean } | undefined {
  const end = steps.findIndex(({ verdict }) => verdict !== 'kept');
  const step = steps[(end === -1 ? steps.length : end) - 1];
  return step && { step, isKnee: steps[end]?.verdict === 'failed' };
}
