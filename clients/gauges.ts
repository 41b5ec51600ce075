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

/**
 * Gauges of the fleet process: its own cost, and whether it keeps up. Each call reads them and starts the next
 * interval.
 */
export function createGauges(): () => Gauges {
  const readProcess = createProcessGauges();
  const readRss = createRssReader();
  return () => {
    const { eventLoopDelayMaxMilliseconds: _, ...gauges } = readProcess();
    return { ...gauges, rssBytes: readRss() };
  };
}

/** Keeps its own descriptor open: a process that has run out of descriptors must still report samples. */
function createRssReader(): () => number {
  const file = openSync('/proc/self/status', 'r');
  const text = Buffer.alloc(4_096);
  return () => {
    const length = readSync(file, text, 0, text.length, 0);
    return Number(/^VmRSS:\s+(\d+)/m.exec(text.toString('utf8', 0, length))?.[1] ?? 0) * 1024;
  };
}
