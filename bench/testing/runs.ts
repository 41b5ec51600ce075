import type { ContenderKey } from '../plan/contenders.ts';
import type { PlannedTrial } from '../plan/plan.ts';
import { type Overrides, resolveConfig } from '../plan/resolve-config.ts';
import type { ArrivalStep } from '../record/arrival-step.ts';
import { type Cause, notTheServers } from '../record/causes.ts';
import { type Entry, type EntryOf, schemaVersion } from '../record/record.ts';
import type { Observation, Step } from '../record/step.ts';
import type { Verdict } from '../record/verdict.ts';
import { agentSample, countersLine, environment, fleetWindow, observation } from './samples.ts';

/** The audit of a trial that passed. */
const audit = [{ name: 'clients', found: 'all', asked: 'all', isMet: true }];

/** The first entry of a synthetic record, as the harness appends it. */
export function runEntry(overrides: Overrides = {}): EntryOf<'run'> {
  return {
    type: 'run',
    schemaVersion,
    startedAt: '2026-11-20T10:43:25.123Z',
    pid: 4_711,
    config: resolveConfig({ profile: 'smoke', seed: '7', ...overrides }, true),
    environment,
    host: { address: '127.0.0.1', isSameMachine: true },
    tune: false,
    servers: { blocking: 'one thread per connection, asleep in read(2)', async: 'one event loop' },
  };
}

export function endEntry(outcome: EntryOf<'end'>['outcome'] = 'complete'): EntryOf<'end'> {
  return { type: 'end', endedAt: '2026-11-20T10:44:25.123Z', outcome };
}

export function buildEntries(contender: ContenderKey, times: [typeCheck: number, bundle: number][]): Entry[] {
  return [
    ...times.flatMap(([typeCheckMilliseconds, bundleMilliseconds]): Entry[] => [
      { type: 'build', contender, typeCheckMilliseconds, bundleMilliseconds },
      { type: 'bundle', contender, bytes: 80_000, gzipBytes: 25_000, brotliBytes: 22_000 },
    ]),
    { type: 'executable', contender, bytes: 150_000_000 },
  ];
}

export function trialEntry(phase: PlannedTrial['phase'], contender: ContenderKey, number = 1): EntryOf<'trial'> {
  return { type: 'trial', trial: `${phase}-${number}-${contender}`, phase, contender, monotonicMilliseconds: 0 };
}

export function stepOf(
  seen: Partial<Observation> = {},
  verdict: Step['verdict'] = 'passed',
  reasons = ['x'],
  symptoms: Step['symptoms'] = verdict === 'failed' ? ['messages'] : [],
): Step {
  return { observation: observation(seen), verdict, reasons: verdict === 'passed' ? [] : reasons, symptoms };
}

export function verdictOf(cause: Cause, others: Cause[] = []): Verdict {
  return {
    cause,
    detail: `detail of ${cause}`,
    numbers: {},
    others: others.map((other) => ({ cause: other, detail: `detail of ${other}` })),
  };
}

/** A search with one attempt, which passed at these numbers of clients and was stopped at the next one. */
export function searchEntries(
  phase: 'connected' | 'sending',
  contender: ContenderKey,
  passedAt: number[],
  stop: Verdict,
  number = 1,
): Entry[] {
  const begin = trialEntry(phase, contender, number);
  const search = begin.trial;
  const trial = `${search}/1`;
  const clients = Math.max(0, ...passedAt);
  const isBound = !notTheServers.has(stop.cause);
  return [
    { ...begin, trial, search },
    ...passedAt.map((asked) => ({
      type: 'step' as const,
      trial,
      step: stepOf({ clientsRequested: asked, clientsOpen: asked, sending: phase === 'sending' }),
    })),
    { type: 'trialEnd', trial, outcome: 'complete', audit, stop },
    {
      type: 'search',
      search,
      phase,
      contender,
      clients,
      ...(isBound && { failedClients: clients + 1 }),
      isNarrow: isBound,
      stop,
    },
  ];
}

/** An arrivals trial that kept all rates but the last, and an HTTPS trial. */
export function rateEntries(contender: ContenderKey, number = 1): Entry[] {
  const arrivals = trialEntry('arrivals', contender, number);
  const https = trialEntry('https', contender, number);
  const arrival = (askedPerSecond: number, verdict: ArrivalStep['verdict']): Entry => ({
    type: 'arrival',
    trial: arrivals.trial,
    step: {
      askedPerSecond,
      achievedPerSecond: askedPerSecond - 1,
      due: 100,
      finished: 100,
      failures: {},
      correctedConnect: { p50Milliseconds: 3, p99Milliseconds: 9, maxMilliseconds: 10 },
      correctedPong: { p50Milliseconds: 4, p99Milliseconds: 10, maxMilliseconds: 11 },
      fleetBusyShare: 0.2,
      verdict,
      reasons: verdict === 'kept' ? [] : ['it was slow'],
    },
  });
  const rate = (reconnect: boolean, answeredPerSecond: number): Entry => ({
    type: 'https',
    trial: https.trial,
    rate: {
      reconnect,
      connections: 4,
      answeredPerSecond,
      acceptedPerSecond: reconnect ? answeredPerSecond : 0,
      serverMilliseconds: 1_000,
      serverAnswered: answeredPerSecond,
      clientAnswered: answeredPerSecond,
      clientOthers: 0,
      clientErrors: 0,
      clientTimeouts: 0,
      p50Milliseconds: 1,
      p99Milliseconds: 2,
      maxMilliseconds: 3,
    },
  });
  return [
    arrivals,
    arrival(101, 'kept'),
    arrival(201, 'kept'),
    arrival(301, 'failed'),
    { type: 'trialEnd', trial: arrivals.trial, outcome: 'complete', audit },
    https,
    rate(false, 9_000),
    rate(true, 500),
    { type: 'trialEnd', trial: https.trial, outcome: 'complete', audit },
  ];
}

/**
 * A memory trial with known figures: 50 MB when idle, 60 MB with 10 clients (so 1 MB per client), 64 MB at the peak,
 * 9 threads, 12 MB of heap; it uses 1 % of a core when idle, and 120 ms of CPU for 100 messages in the window of 2 s.
 */
export function memoryEntries(contender: ContenderKey, number = 1): Entry[] {
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
    // Clients connect before the window begins, so this sample counts neither as idle nor as steady.
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
    { type: 'trialEnd', trial, outcome: 'complete', audit },
  ];
}
