import { createProcessGauges } from '../servers/contract/gauges.ts';
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
  const readProcess = createProcessGauges();
  return () => {
    const { eventLoopDelayMaxMilliseconds: _, ...gauges } = readProcess();
    return { ...gauges, rssBytes: process.memoryUsage.rss() };
  };
}
