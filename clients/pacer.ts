/**
 * Open-loop schedule of connection attempts: attempt k (from 0) is due k / perSecond seconds after the first, no matter
 * how earlier ones fare. Only `maxInFlight` holds attempts back, and these start as soon as there is room.
 */
export interface Pace {
  /** Total number of attempts. */
  attempts: number;
  perSecond: number;
  maxInFlight: number;
}

/** Number of attempts to start now, `elapsedMilliseconds` after the first one was due. */
export function startsDue(pace: Pace, elapsedMilliseconds: number, started: number, inFlight: number): number {
  const due = Math.min(pace.attempts, Math.floor((elapsedMilliseconds * pace.perSecond) / 1_000) + 1);
  return Math.max(0, Math.min(due - started, pace.maxInFlight - inFlight));
}

/** Due time of the next attempt after `started` ones, in milliseconds after the first; undefined after the last. */
export function nextStartMilliseconds(pace: Pace, started: number): number | undefined {
  return started < pace.attempts ? dueMilliseconds(pace, started) : undefined;
}

/** Due time of attempt number `attempt`, from 0, in milliseconds after the first. */
export function dueMilliseconds(pace: Pick<Pace, 'perSecond'>, attempt: number): number {
  return (attempt * 1_000) / pace.perSecond;
}
