import type { Calibration } from '../record/calibration.ts';

/** Of what must be seen, what the median may be at most. */
const medianShare = 0.1;
/** How often no message is due as early as it must be, for all of a stall to be seen. */
const missedShare = 1e-4;

/**
 * How long a server must stand still for `seenMilliseconds` of that to be seen: until, of so many clients whose messages
 * are due at random once an interval, one surely had one. Pure.
 */
export function stallToSee(seenMilliseconds: number, clients: number, intervalMilliseconds: number): number {
  return Math.ceil(seenMilliseconds + intervalMilliseconds * (1 - missedShare ** (1 / clients)));
}

/** @param seenMilliseconds what must be seen of it at least. Pure. */
export function judgeStall(
  stallMilliseconds: number,
  seenMilliseconds: number,
  correctedMaxMilliseconds: number,
  uncorrectedP50Milliseconds: number,
): Calibration['stall'] {
  const isMet =
    correctedMaxMilliseconds >= seenMilliseconds && uncorrectedP50Milliseconds <= medianShare * seenMilliseconds;
  return { stallMilliseconds, correctedMaxMilliseconds, uncorrectedP50Milliseconds, isMet };
}

/** Numbers of clients, each `growth` times the one before. Pure. */
export function risingClients(first: number, growth: number, most: number): number[] {
  const numbers: number[] = [];
  for (let clients = first; Math.round(clients) <= most; clients *= growth) numbers.push(Math.round(clients));
  return numbers;
}
