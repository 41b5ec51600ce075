import { z } from 'zod';
import type { ContenderKey } from '../plan/contenders.ts';
import type { PlannedTrial } from '../plan/plan.ts';
import { kneeOf } from '../record/arrival-step.ts';
import { notTheServers } from '../record/causes.ts';
import { objection } from '../record/check.ts';
import { completeTrials, ofType, trialEntries } from '../record/entries.ts';
import type { Entry, EntryOf } from '../record/record.ts';
import type { Observation } from '../record/step.ts';
import { type Verdict, verdictSchema } from '../record/verdict.ts';
import { figureOf, figureSchema } from '../stats/figure.ts';
import { memoryFigures } from './memory-figures.ts';

const maxClientsSchema = z.object({
  /** Held. */
  clients: figureSchema,
  /** The lowest number above that was not held; absent when the server was not what ended the search. */
  failedClients: figureSchema,
  /** True when nothing about the server ended a trial's search: it could have gone on. */
  isLowerBound: z.boolean(),
  /** False when a search ended before the two were as close as was asked for. */
  isNarrow: z.boolean(),
  /** Why each trial's search ended. */
  stops: z.array(verdictSchema),
});

export type MaxClients = z.infer<typeof maxClientsSchema>;

/** All figures of one contender. Units stand in the names; `results/README.md` says how each is measured. */
export const contenderSummarySchema = z.object({
  compileMilliseconds: figureSchema,
  typeCheckMilliseconds: figureSchema,
  bundleMilliseconds: figureSchema,
  bundleBytes: figureSchema,
  bundleGzipBytes: figureSchema,
  bundleBrotliBytes: figureSchema,
  executableBytes: figureSchema,
  idleRssBytes: figureSchema,
  rssBytes: figureSchema,
  peakRssBytes: figureSchema,
  rssBytesPerClient: figureSchema,
  heapUsedBytes: figureSchema,
  threads: figureSchema,
  cpuMicrosecondsPerMessage: figureSchema,
  cpuMicrosecondsPerMessageInRamp: figureSchema,
  idleCpuShare: figureSchema,
  latencyP50Milliseconds: figureSchema,
  latencyP99Milliseconds: figureSchema,
  latencyMaxMilliseconds: figureSchema,
  uncorrectedLatencyP50Milliseconds: figureSchema,
  uncorrectedLatencyP99Milliseconds: figureSchema,
  latenessP99Milliseconds: figureSchema,
  maxClientsConnected: maxClientsSchema,
  maxClientsSending: maxClientsSchema,
  /** Arrivals: TLS, upgrade, one message, close. At the knee; or at the highest rate asked for that was kept. */
  tlsConnectionsPerSecond: figureSchema,
  /** False when no higher rate failed. */
  tlsConnectionsHaveKnee: z.boolean(),
  tlsConnectionP50Milliseconds: figureSchema,
  tlsConnectionP99Milliseconds: figureSchema,
  httpsRequestsPerSecond: figureSchema,
  httpsRequestsPerSecondReconnecting: figureSchema,
});

export type ContenderSummary = z.infer<typeof contenderSummarySchema>;

/** Every figure of one contender, from its raw entries. Pure. */
export function summarizeContender(entries: Entry[], contender: ContenderKey): ContenderSummary {
  const builds = ofType(entries, 'build').filter((entry) => entry.contender === contender);
  const bundles = ofType(entries, 'bundle').filter((entry) => entry.contender === contender);
  const executables = ofType(entries, 'executable').filter((entry) => entry.contender === contender);
  const trials = (phase: PlannedTrial['phase']) => trialsOf(entries, phase, contender);
  const searches = (phase: PlannedTrial['phase']) => searchesOf(entries, phase, contender);
  const sending = searches('sending');
  const knees = trials('arrivals')
    .filter(isComplete)
    .map((trial) => kneeOf(ofType(trial, 'arrival').map(({ step }) => step)));
  const https = trials('https').filter(isComplete);
  const noArrivals = whyIncomplete(trials('arrivals')) ?? 'no rate of arrivals was kept';
  const noHttps = whyIncomplete(trials('https')) ?? 'no HTTPS trial was finished';
  const memory = trials('memory').filter(isComplete).map(memoryFigures);
  const ofBuilds = (value: (entry: EntryOf<'build'>) => number) => figureOf(builds.map(value), 'not built');
  const ofBundles = (value: (entry: EntryOf<'bundle'>) => number) => figureOf(bundles.map(value), 'not built');
  const noFigure = memory.length > 0 ? 'no memory trial was long enough for it' : 'no memory trial was finished';
  const noTrial = whyIncomplete(trials('memory')) ?? noFigure;
  const ofMemory = (name: keyof (typeof memory)[number]) =>
    figureOf(
      memory.map((figures) => figures[name]),
      noTrial,
    );
  return {
    compileMilliseconds: ofBuilds((entry) => entry.typeCheckMilliseconds + entry.bundleMilliseconds),
    typeCheckMilliseconds: ofBuilds((entry) => entry.typeCheckMilliseconds),
    bundleMilliseconds: ofBuilds((entry) => entry.bundleMilliseconds),
    bundleBytes: ofBundles((entry) => entry.bytes),
    bundleGzipBytes: ofBundles((entry) => entry.gzipBytes),
    bundleBrotliBytes: ofBundles((entry) => entry.brotliBytes),
    executableBytes: figureOf(
      executables.map(({ bytes }) => bytes),
      executables.find(({ failure }) => failure !== undefined)?.failure ?? 'not built',
    ),
    idleRssBytes: ofMemory('idleRssBytes'),
    rssBytes: ofMemory('rssBytes'),
    peakRssBytes: ofMemory('peakRssBytes'),
    rssBytesPerClient: ofMemory('rssBytesPerClient'),
    heapUsedBytes: ofMemory('heapUsedBytes'),
    threads: ofMemory('threads'),
    cpuMicrosecondsPerMessage: ofMemory('cpuMicrosecondsPerMessage'),
    cpuMicrosecondsPerMessageInRamp: figureOf(
      sending.map((found) => heldObservation(entries, found)?.serverCpuMicrosecondsPerMessage),
      'no step with sending clients was passed',
    ),
    idleCpuShare: ofMemory('idleCpuShare'),
    latencyP50Milliseconds: ofMemory('latencyP50Milliseconds'),
    latencyP99Milliseconds: ofMemory('latencyP99Milliseconds'),
    latencyMaxMilliseconds: ofMemory('latencyMaxMilliseconds'),
    uncorrectedLatencyP50Milliseconds: ofMemory('uncorrectedLatencyP50Milliseconds'),
    uncorrectedLatencyP99Milliseconds: ofMemory('uncorrectedLatencyP99Milliseconds'),
    latenessP99Milliseconds: ofMemory('latenessP99Milliseconds'),
    maxClientsConnected: maxClients(entries, searches('connected'), 'connected', contender),
    maxClientsSending: maxClients(entries, sending, 'sending', contender),
    tlsConnectionsPerSecond: figureOf(
      knees.map((knee) => knee?.step.achievedPerSecond),
      noArrivals,
    ),
    tlsConnectionsHaveKnee: knees.length > 0 && knees.every((knee) => knee?.isKnee === true),
    tlsConnectionP50Milliseconds: figureOf(
      knees.map((knee) => knee?.step.correctedConnect?.p50Milliseconds),
      noArrivals,
    ),
    tlsConnectionP99Milliseconds: figureOf(
      knees.map((knee) => knee?.step.correctedConnect?.p99Milliseconds),
      noArrivals,
    ),
    httpsRequestsPerSecond: figureOf(https.map(httpsRateOf(false)), noHttps),
    httpsRequestsPerSecondReconnecting: figureOf(https.map(httpsRateOf(true)), noHttps),
  };
}

function httpsRateOf(reconnect: boolean) {
  return (trial: Entry[]) =>
    ofType(trial, 'https').find(({ rate }) => rate.reconnect === reconnect)?.rate.answeredPerSecond;
}

function searchesOf(entries: Entry[], phase: PlannedTrial['phase'], contender: ContenderKey): EntryOf<'search'>[] {
  return ofType(entries, 'search').filter((entry) => entry.phase === phase && entry.contender === contender);
}

/** The raw entries of each trial of a phase, in order. */
function trialsOf(entries: Entry[], phase: PlannedTrial['phase'], contender: ContenderKey): Entry[][] {
  return ofType(entries, 'trial')
    .filter((entry) => entry.phase === phase && entry.contender === contender)
    .map(({ trial }) => trialEntries(entries, trial));
}

function maxClients(
  entries: Entry[],
  searches: EntryOf<'search'>[],
  phase: PlannedTrial['phase'],
  contender: ContenderKey,
): MaxClients {
  const none = whyIncomplete(trialsOf(entries, phase, contender)) ?? 'no search was finished';
  const stops: Verdict[] = searches.map(({ stop }) => stop);
  return {
    clients: figureOf(
      searches.map((found) => found.clients),
      none,
    ),
    failedClients: figureOf(
      searches.map((found) => found.failedClients),
      searches.length === 0 ? none : 'nothing about the server ended the search',
    ),
    isLowerBound: stops.some(({ cause }) => notTheServers.has(cause)),
    isNarrow: searches.length > 0 && searches.every((found) => found.isNarrow),
    stops,
  };
}

function isComplete(trial: Entry[]): boolean {
  return completeTrials(trial).size > 0;
}

/** What the last trial that broke off died of. */
function whyIncomplete(trials: Entry[][]): string | undefined {
  const last = trials.flatMap((trial) => ofType(trial, 'trialEnd')).at(-1);
  if (last?.outcome === 'failed') return last.message;
  if (last?.outcome !== 'void') return undefined;
  return `void: ${last.audit.filter((check) => !check.isMet).map(objection)[0]}`;
}

/** What was seen with the most clients that this search held. */
function heldObservation(entries: Entry[], { search, clients }: EntryOf<'search'>): Observation | undefined {
  const ofSearch = ofType(entries, 'trial').filter((entry) => entry.search === search);
  const attempts = new Set(ofSearch.map(({ trial }) => trial)).intersection(completeTrials(entries));
  return ofType(entries, 'step').findLast(
    ({ trial, step }) =>
      attempts.has(trial) && step.verdict === 'passed' && step.observation.clientsRequested === clients,
  )?.step.observation;
}
