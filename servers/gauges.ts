import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { createProcessGauges } from './contract/gauges.ts';
import type { CountersLine } from './contract/lines.ts';

type Gauges = Omit<CountersLine, 'type' | 'counters' | 'threadHeapUsedBytes'>;

/** Gauges that only the server process itself can read. Each call reads them and starts the next interval. */
export function createGauges(): () => Gauges {
  const readProcess = createProcessGauges();
  let gcCount = 0;
  let gcMilliseconds = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      gcCount += 1;
      gcMilliseconds += entry.duration;
    }
  }).observe({ entryTypes: ['gc'] });
  return () => ({
    ...readProcess(),
    heapUsedBytes: getHeapStatistics().used_heap_size,
    gcCount,
    gcMilliseconds,
  });
}
