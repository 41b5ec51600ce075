import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { FleetSample } from './contract.ts';

type Gauges = Pick<
  FleetSample,
  | 'monotonicMilliseconds'
  | 'cpuUserMicroseconds'
  | 'cpuSystemMicroseconds'
  | 'rssBytes'
  | 'eventLoopUtilisation'
  | 'eventLoopDelayP99Milliseconds'
>;

/** What the fleet itself costs, and whether it keeps up. Each call reads it and starts the next interval. */
export function createGauges(): () => Gauges {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  let loop = performance.eventLoopUtilization();
  return () => {
    const cpu = process.cpuUsage();
    const now = performance.eventLoopUtilization();
    const gauges = {
      monotonicMilliseconds: Number(process.hrtime.bigint() / 1_000n) / 1_000,
      cpuUserMicroseconds: cpu.user,
      cpuSystemMicroseconds: cpu.system,
      rssBytes: process.memoryUsage.rss(),
      eventLoopUtilisation: performance.eventLoopUtilization(now, loop).utilization,
      eventLoopDelayP99Milliseconds: delay.percentile(99) / 1e6,
    };
    loop = now;
    delay.reset();
    return gauges;
  };
}
