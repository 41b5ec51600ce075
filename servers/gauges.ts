import { monitorEventLoopDelay, PerformanceObserver, performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { CountersLine } from './contract/lines.ts';

type Gauges = Omit<CountersLine, 'type' | 'counters' | 'threadHeapUsedBytes'>;

/** What the server process alone can know of itself. Each call reads it and starts the next interval. */
export function createGauges(): () => Gauges {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  let gcCount = 0;
  let gcMilliseconds = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      gcCount += 1;
      gcMilliseconds += entry.duration;
    }
  }).observe({ entryTypes: ['gc'] });
  let loop = performance.eventLoopUtilization();

  return () => {
    const cpu = process.cpuUsage();
    const now = performance.eventLoopUtilization();
    const gauges = {
      monotonicMilliseconds: Number(process.hrtime.bigint() / 1_000n) / 1_000,
      cpuUserMicroseconds: cpu.user,
      cpuSystemMicroseconds: cpu.system,
      heapUsedBytes: getHeapStatistics().used_heap_size,
      eventLoopUtilisation: performance.eventLoopUtilization(now, loop).utilization,
      eventLoopDelayP99Milliseconds: delay.percentile(99) / 1e6,
      eventLoopDelayMaxMilliseconds: delay.max / 1e6,
      gcCount,
      gcMilliseconds,
    };
    loop = now;
    delay.reset();
    return gauges;
  };
}
