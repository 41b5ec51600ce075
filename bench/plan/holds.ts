import { type Config, settleIntervals } from './config.ts';

/** A server's line of counters comes at least this often. */
export const longestReportMilliseconds = 1_000;

/**
 * Holds last whole intervals, so that every client has the same number of messages in them; the server reports at a
 * whole fraction of the interval, so that a window between two of its lines is such a hold.
 */
export function fitToInterval(config: Config): Config {
  const { intervalMilliseconds: interval, memory, ramp } = config;
  const wholeIntervals = (milliseconds: number) => Math.max(2, Math.ceil(milliseconds / interval)) * interval;
  return {
    ...config,
    reportMilliseconds: Math.round(interval / Math.ceil(interval / longestReportMilliseconds)),
    memory: { ...memory, windowMilliseconds: wholeIntervals(memory.windowMilliseconds) },
    ramp: { ...ramp, sendingHoldMilliseconds: wholeIntervals(ramp.sendingHoldMilliseconds) },
  };
}

/** The limit of a search: that of the profile, or the time that its holds and its clients need. */
export function limitThatHoldsNeed({ intervalMilliseconds, ramp }: Config): number {
  const holdMilliseconds = settleIntervals * intervalMilliseconds + ramp.sendingHoldMilliseconds + 1_500;
  const connectingMilliseconds = ramp.clients * 2;
  return Math.max(ramp.limitMilliseconds, (ramp.steps + 2) * holdMilliseconds + connectingMilliseconds);
}
