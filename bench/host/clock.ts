import { monotonicMilliseconds } from '../../servers/contract/gauges.ts';

/** One reading of another machine's clock, between two of this one's. All CLOCK_MONOTONIC, in milliseconds. */
export interface ClockReading {
  sentAt: number;
  read: number;
  receivedAt: number;
}

/** How far another machine's clock is ahead of this one's; the truth lies within `uncertaintyMilliseconds` of it. */
export interface ClockOffset {
  offsetMilliseconds: number;
  uncertaintyMilliseconds: number;
}

/**
 * Cristian's algorithm (1989): the clock was read somewhere in the round trip, so its middle is wrong by half of it at
 * most. The shortest of several knows best. Pure; undefined without a reading.
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

/** Reads it `times` times, one after the other. @param ask resolves with the reading, and the time here when it came. */
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
