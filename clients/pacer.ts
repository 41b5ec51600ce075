/**
 * When connections are opened. Open loop: the k-th attempt (from 0) is due k / perSecond seconds after the first,
 * however the earlier ones fare. Only the bound on what is in flight holds attempts back, and those it held back are
 * made up for as soon as there is room.
 */
export interface Pace {
  /** Attempts in all. */
  attempts: number;
  perSecond: number;
  maxInFlight: number;
}

/** How many attempts to start now, `elapsedMilliseconds` after the first one was due. */
export function startsDue(pace: Pace, elapsedMilliseconds: number, started: number, inFlight: number): number {
  const due = Math.min(pace.attempts, Math.floor((elapsedMilliseconds * pace.perSecond) / 1_000) + 1);
  return Math.max(0, Math.min(due - started, pace.maxInFlight - inFlight));
}

/** When the attempt after the first `started` is due, in milliseconds after the first; undefined after the last. */
export function nextStartMilliseconds(pace: Pace, started: number): number | undefined {
  return started < pace.attempts ? dueMilliseconds(pace, started) : undefined;
}

/** When the attempt of this number, from 0, is due, in milliseconds after the first. */
export function dueMilliseconds(pace: Pick<Pace, 'perSecond'>, attempt: number): number {
  return (attempt * 1_000) / pace.perSecond;
}
