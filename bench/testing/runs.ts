import type { ContenderName } from '../../servers/contract/contenders.ts';
import { type Overrides, resolveConfig } from '../config.ts';
import type { Cause } from '../limits/diagnose.ts';
import { type Entry, type EntryOf, type PhaseName, schemaVersion } from '../record.ts';
import type { Observation, Step } from '../trial/step.ts';
import { agentSample, countersLine, environment, fleetWindow, observation } from './samples.ts';

/** Synthetic records, entry by entry, as the harness appends them. */
export function runEntry(overrides: Overrides = {}): EntryOf<'run'> {
  return {
    type: 'run',
    schemaVersion,
    startedAt: '2026-11-20T10:43:25.123Z',
    config: resolveConfig({ profile: 'smoke', ...overrides }, true),
    environment,
    host: { address: '127.0.0.1', isSameMachine: true },
  };
}

export function endEntry(outcome: EntryOf<'end'>['outcome'] = 'complete'): EntryOf<'end'> {
  return { type: 'end', endedAt: '2026-11-20T10:44:25.123Z', outcome };
}

export function buildEntries(contender: ContenderName, times: [typeCheck: number, bundle: number][]): Entry[] {
  return [
    ...times.map(([typeCheckMilliseconds, bundleMilliseconds]) => ({
      type: 'build' as const,
      contender,
      typeCheckMilliseconds,
      bundleMilliseconds,
    })),
    {
      type: 'bundle',
      contender,
      bytes: 80_000,
      gzipBytes: 25_000,
      brotliBytes: 22_000,
      executableBytes: 150_000_000,
    },
  ];
}

export function trialEntry(phase: PhaseName, contender: ContenderName, number = 1): EntryOf<'trial'> {
  return { type: 'trial', trial: `${phase}-${number}-${contender}`, phase, contender, monotonicMilliseconds: 0 };
}

export function stepOf(seen: Partial<Observation> = {}, verdict: Step['verdict'] = 'passed', reasons = ['x']): Step {
  return { observation: observation(seen), verdict, reasons: verdict === 'passed' ? [] : reasons };
}

/** A ramp whose steps passed at these numbers of clients, and what ended it. */
export function rampEntries(
  phase: 'silent-ramp' | 'sending-ramp',
  contender: ContenderName,
  passedAt: number[],
  cause: Cause,
  number = 1,
): Entry[] {
  const begin = trialEntry(phase, contender, number);
  const { trial } = begin;
  return [
    begin,
    ...passedAt.map((clients) => ({
      type: 'step' as const,
      trial,
      step: stepOf({ clientsRequested: clients, clientsOpen: clients, sending: phase === 'sending-ramp' }),
    })),
    { type: 'trialEnd', trial, outcome: 'complete', cause, detail: `detail of ${cause}` },
  ];
}

/**
 * A memory trial of known figures: 50 MB when idle, 60 MB with 10 clients (so 1 MB a client), 64 MB at the peak,
 * 9 threads, 12 MB of heap; idle it takes 1 % of a core, in the window of 2 s 100 messages cost 120 ms of CPU.
 */
export function memoryEntries(contender: ContenderName, number = 1): Entry[] {
  const begin = trialEntry('memory', contender, number);
  const { trial } = begin;
  const mark = (name: EntryOf<'mark'>['name'], monotonicMilliseconds: number): Entry => ({
    type: 'mark',
    trial,
    name,
    monotonicMilliseconds,
  });
  const sample = (at: number, rss: number, peak: number, threads: number): Entry => ({
    type: 'server',
    trial,
    line: agentSample(at, { rssBytes: rss * 1_000_000, peakRssBytes: peak * 1_000_000, threads }),
  });
  const counters = (at: number, accepted: number, messages: number, cpuMilliseconds: number): Entry => ({
    type: 'server',
    trial,
    line: {
      type: 'server',
      monotonicMilliseconds: at,
      line: countersLine(
        at,
        { accepted, messages },
        {
          cpuUserMicroseconds: cpuMilliseconds * 600,
          cpuSystemMicroseconds: cpuMilliseconds * 400,
          heapUsedBytes: 8_000_000,
          threadHeapUsedBytes: 4_000_000,
        },
      ),
    },
  });
  return [
    begin,
    mark('idle', 0),
    counters(100, 0, 0, 200),
    sample(500, 50, 55, 7),
    counters(1_100, 0, 0, 210),
    mark('connecting', 1_120),
    // Clients come, and the window has not begun: neither idle nor steady.
    sample(1_150, 90, 91, 30),
    counters(1_200, 10, 0, 250),
    mark('window-start', 2_000),
    counters(2_100, 10, 100, 300),
    sample(2_500, 59, 63, 9),
    sample(3_000, 60, 64, 9),
    counters(3_100, 10, 150, 360),
    sample(3_500, 61, 64, 9),
    counters(4_100, 10, 200, 420),
    mark('window-end', 4_200),
    { type: 'fleet', trial, process: 0, line: fleetWindow({ open: 4 }) },
    { type: 'fleet', trial, process: 1, line: fleetWindow({ open: 6 }) },
    sample(5_000, 200, 200, 50),
    { type: 'trialEnd', trial, outcome: 'complete' },
  ];
}
