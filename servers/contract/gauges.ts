import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

/** Each measurement wakes the process: a finer resolution would be the main work of an idle process. */
const delayResolutionMilliseconds = 20;

/** CLOCK_MONOTONIC: one clock for all processes of a machine. */
export function monotonicMilliseconds(): number {
  return Number(process.hrtime.bigint() / 1_000n) / 1_000;
}

/**
 * Gauges that servers and fleet processes report alike, so that the same name means the same. Each call reads them and
 * starts the next interval.
 */
export function createProcessGauges() {
  const delay = monitorEventLoopDelay({ resolution: delayResolutionMilliseconds });
  delay.enable();
  let loop = performance.eventLoopUtilization();
  return () => {
    const cpu = process.cpuUsage();
    const now = performance.eventLoopUtilization();
    const gauges = {
      monotonicMilliseconds: monotonicMilliseconds(),
      cpuUserMicroseconds: cpu.user,
      cpuSystemMicroseconds: cpu.system,
      eventLoopUtilisation: performance.eventLoopUtilization(now, loop).utilization,
      eventLoopDelayP99Milliseconds: lateMilliseconds(delay.percentile(99)),
      eventLoopDelayMaxMilliseconds: lateMilliseconds(delay.max),
    };
    loop = now;
    delay.reset();
    return gauges;
  };
}

/**
 * Lateness of the monitor's timer. The monitor measures the timer's period, which is its resolution when nothing is
 * late.
 */
function lateMilliseconds(delayNanoseconds: number): number {
  return Math.max(0, delayNanoseconds / 1e6 - delayResolutionMilliseconds);
}
