import { openSync, readSync } from 'node:fs';
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
  const readRss = createRssReader();
  return () => {
    const { eventLoopDelayMaxMilliseconds: _, ...gauges } = readProcess();
    return { ...gauges, rssBytes: readRss() };
  };
}

/** By a descriptor of its own: a process that has none left must still be able to say so. */
function createRssReader(): () => number {
  const file = openSync('/proc/self/status', 'r');
  const text = Buffer.alloc(4_096);
  return () => {
    const length = readSync(file, text, 0, text.length, 0);
    return Number(/^VmRSS:\s+(\d+)/m.exec(text.toString('utf8', 0, length))?.[1] ?? 0) * 1024;
  };
}
