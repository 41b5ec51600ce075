import type { Calibration } from '../record/calibration.ts';

/** The uncorrected median may be at most this share of the stall that must be seen. */
const medianShare = 0.1;
/** Accepted probability that no message is due early enough to see the required part of a stall. */
const missedShare = 1e-4;

/**
 * How long a server must stand still so that one message waits at least `seenMilliseconds`. Each client's message is
 * due at a random moment of the interval; the extra time makes it almost certain that one is due soon after the stall
 * begins. Milliseconds. Pure.
 */
export function stallToSee(seenMilliseconds: number, clients: number, intervalMilliseconds: number): number {
  return Math.ceil(seenMilliseconds + intervalMilliseconds * (1 - missedShare ** (1 / clients)));
}

/** Judges whether latencies show a stall. @param seenMilliseconds the part of it that they must show. Pure. */
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

/** Numbers of clients from `first` to `most`, each `growth` times the one before, rounded. Pure. */
export function risingClients(first: number, growth: number, most: number): number[] {
  const numbers: number[] = [];
  for (let clients = first; Math.round(clients) <= most; clients *= growth) numbers.push(Math.round(clients));
  return numbers;
}
