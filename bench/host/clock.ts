import { monotonicMilliseconds } from '../../servers/contract/gauges.ts';

/** One reading of another machine's clock, between two readings of this one's. All CLOCK_MONOTONIC, in milliseconds. */
export interface ClockReading {
  sentAt: number;
  read: number;
  receivedAt: number;
}

/**
 * How far another machine's clock is ahead of this one's; the true offset is at most `uncertaintyMilliseconds` away.
 */
export interface ClockOffset {
  offsetMilliseconds: number;
  uncertaintyMilliseconds: number;
}

/**
 * Cristian's algorithm (1989): the clock was read at some moment of the round trip, so the middle of the round trip is
 * wrong by at most half of it. The shortest round trip is the most exact. Pure; undefined without a reading.
 */
export function clockOffset(readings: readonly ClockReading[]): ClockOffset | undefined {
  const [best] = readings.toSorted((one, other) => roundTrip(one) - roundTrip(other));
  if (best === undefined) return undefined;
  return {
    offsetMilliseconds: best.read - (best.sentAt + best.receivedAt) / 2,
    uncertaintyMilliseconds: roundTrip(best) / 2,
  };
}

function roundTrip({ sentAt, receivedAt }: ClockReading): number {
  return receivedAt - sentAt;
}

/** Reads a clock `times` times in sequence. @param ask resolves with the reading and this machine's time on arrival. */
export async function readClock(
  times: number,
  ask: () => Promise<Pick<ClockReading, 'read' | 'receivedAt'>>,
): Promise<ClockReading[]> {
  const readings: ClockReading[] = [];
  for (let left = times; left > 0; left -= 1) {
    const sentAt = monotonicMilliseconds();
    readings.push({ sentAt, ...(await ask()) });
  }
  return readings;
}
