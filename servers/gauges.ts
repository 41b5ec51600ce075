import { monitorEventLoopDelay, PerformanceObserver, performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { CountersLine } from './contract/lines.ts';

type Gauges = Omit<CountersLine, 'type' | 'counters' | 'threadHeapUsedBytes'>;

/** Each measurement wakes the process: finer, the watcher would be the main work of a server that is idle. */
const delayResolutionMilliseconds = 20;

/** What the server process alone can know of itself. Each call reads it and starts the next interval. */
export function createGauges(): () => Gauges {
  const delay = monitorEventLoopDelay({ resolution: delayResolutionMilliseconds });
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
      eventLoopDelayP99Milliseconds: lateMilliseconds(delay.percentile(99)),
      eventLoopDelayMaxMilliseconds: lateMilliseconds(delay.max),
      gcCount,
      gcMilliseconds,
    };
    loop = now;
    delay.reset();
    return gauges;
  };
}

/** The monitor measures how long its own timer took, which is its resolution when nothing is late. */
function lateMilliseconds(delayNanoseconds: number): number {
  return Math.max(0, delayNanoseconds / 1e6 - delayResolutionMilliseconds);
}
