import { type Config, settleIntervals } from './config.ts';

/** Longest time between two lines of counters of a server. */
export const longestReportMilliseconds = 1_000;

/**
 * Makes holds last whole intervals, so that every client sends the same number of messages in them. The server reports at a
 * whole fraction of the interval, so that a window between two of its lines can be such a hold.
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
