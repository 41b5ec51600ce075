import { z } from 'zod';
import { type ContenderName, contenderNames } from '../servers/contract/contenders.ts';
import { configSchema } from './config.ts';
import { environmentSchema } from './environment.ts';
import { BenchError } from './errors.ts';
import { causes } from './limits/diagnose.ts';
import { memoryFigures } from './memory-figures.ts';
import { type Entry, type EntryOf, type PhaseName, schemaVersion } from './record.ts';
import { figureOf, figureSchema } from './stats.ts';
import type { Observation } from './trial/step.ts';

const maxClientsSchema = z.object({
  clients: figureSchema,
  /** True when nothing about the server ended a trial's ramp: it could have gone on. */
  isLowerBound: z.boolean(),
  /** Why each trial's ramp ended. */
  stops: z.array(z.object({ cause: z.enum(causes), detail: z.string() })),
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
  tlsConnectionsPerSecond: figureSchema,
});

export type ContenderSummary = z.infer<typeof contenderSummarySchema>;

export const summarySchema = z.object({
  schemaVersion: z.literal(schemaVersion),
  startedAt: z.iso.datetime(),
  outcome: z.enum(['complete', 'interrupted', 'failed', 'unfinished']),
  config: configSchema,
  environment: environmentSchema,
  isSameMachine: z.boolean(),
  warnings: z.array(z.string()),
  contenders: z.partialRecord(z.enum(contenderNames), contenderSummarySchema),
});

export type Summary = z.infer<typeof summarySchema>;

/** A pure function of the record. @throws BenchError RECORD_UNREADABLE when it holds no run. */
export function summarize(entries: Entry[]): Summary {
  const run = ofType(entries, 'run')[0];
  if (run === undefined) throw new BenchError('RECORD_UNREADABLE', 'the record is empty: no run was begun in it');
  return {
    schemaVersion,
    startedAt: run.startedAt,
    outcome: ofType(entries, 'end').at(-1)?.outcome ?? 'unfinished',
    config: run.config,
    environment: run.environment,
    isSameMachine: run.host.isSameMachine,
    warnings: [...new Set(ofType(entries, 'warning').map((warning) => warning.message))],
    contenders: Object.fromEntries(run.config.contenders.map((name) => [name, summarizeContender(entries, name)])),
  };
}

function summarizeContender(entries: Entry[], contender: ContenderName): ContenderSummary {
  const builds = ofType(entries, 'build').filter((entry) => entry.contender === contender);
  const bundles = ofType(entries, 'bundle').filter((entry) => entry.contender === contender);
  const trials = (phase: PhaseName) => trialsOf(entries, phase, contender);
  const silent = trials('silent-ramp');
  const sending = trials('sending-ramp');
  const memory = trials('memory').filter(isComplete).map(memoryFigures);
  const ofBuilds = (value: (entry: EntryOf<'build'>) => number) => figureOf(builds.map(value), 'not built');
  const ofBundle = (value: (entry: EntryOf<'bundle'>) => number | undefined, reason = 'not built') =>
    figureOf(bundles.map(value), reason);
  const noTrial = whyIncomplete(trials('memory')) ?? 'no memory trial was finished';
  const ofMemory = (name: keyof (typeof memory)[number]) =>
    figureOf(
      memory.map((figures) => figures[name]),
      noTrial,
    );
  return {
    compileMilliseconds: ofBuilds((entry) => entry.typeCheckMilliseconds + entry.bundleMilliseconds),
    typeCheckMilliseconds: ofBuilds((entry) => entry.typeCheckMilliseconds),
    bundleMilliseconds: ofBuilds((entry) => entry.bundleMilliseconds),
    bundleBytes: ofBundle((entry) => entry.bytes),
    bundleGzipBytes: ofBundle((entry) => entry.gzipBytes),
    bundleBrotliBytes: ofBundle((entry) => entry.brotliBytes),
    executableBytes: ofBundle((entry) => entry.executableBytes, bundles[0]?.executableFailure),
    idleRssBytes: ofMemory('idleRssBytes'),
    rssBytes: ofMemory('rssBytes'),
    peakRssBytes: ofMemory('peakRssBytes'),
    rssBytesPerClient: ofMemory('rssBytesPerClient'),
    heapUsedBytes: ofMemory('heapUsedBytes'),
    threads: ofMemory('threads'),
    cpuMicrosecondsPerMessage: ofMemory('cpuMicrosecondsPerMessage'),
    cpuMicrosecondsPerMessageInRamp: figureOf(
      sending.map((trial) => lastPassed(trial)?.serverCpuMicrosecondsPerMessage),
      'no step of the sending ramp was passed',
    ),
    idleCpuShare: ofMemory('idleCpuShare'),
    latencyP50Milliseconds: ofMemory('latencyP50Milliseconds'),
    latencyP99Milliseconds: ofMemory('latencyP99Milliseconds'),
    latencyMaxMilliseconds: ofMemory('latencyMaxMilliseconds'),
    uncorrectedLatencyP50Milliseconds: ofMemory('uncorrectedLatencyP50Milliseconds'),
    uncorrectedLatencyP99Milliseconds: ofMemory('uncorrectedLatencyP99Milliseconds'),
    latenessP99Milliseconds: ofMemory('latenessP99Milliseconds'),
    maxClientsConnected: maxClients(silent),
    maxClientsSending: maxClients(sending),
    tlsConnectionsPerSecond: figureOf(silent.map(connectionRate), 'no step of the ramp was finished'),
  };
}

/** The raw entries of each trial of a phase, in order. */
function trialsOf(entries: Entry[], phase: PhaseName, contender: ContenderName): Entry[][] {
  return ofType(entries, 'trial')
    .filter((entry) => entry.phase === phase && entry.contender === contender)
    .map(({ trial }) => trialEntries(entries, trial));
}

export function trialEntries(entries: Entry[], trial: string): Entry[] {
  return entries.filter((entry) => 'trial' in entry && entry.trial === trial);
}

function maxClients(trials: Entry[][]): MaxClients {
  const ends = trials.flatMap((trial) => ofType(trial, 'trialEnd'));
  const stops = ends.map((end) => {
    const cause = z.enum(causes).safeParse(end.cause);
    return {
      cause: cause.success ? cause.data : ('unknown' as const),
      detail: end.detail ?? 'the record does not say',
    };
  });
  return {
    clients: figureOf(
      // Only a trial that came to its end says how far its server came.
      trials.filter(isComplete).map((trial) => lastPassed(trial)?.clientsRequested ?? 0),
      'no trial was finished',
    ),
    isLowerBound: stops.some(({ cause }) => isNotTheServers.has(cause)),
    stops,
  };
}

const isNotTheServers: ReadonlySet<(typeof causes)[number]> = new Set([
  'target reached',
  'time limit',
  'fleet saturated',
  'fleet out of ports',
  'fleet out of descriptors',
]);

function isComplete(trial: Entry[]): boolean {
  return ofType(trial, 'trialEnd').some(({ outcome }) => outcome === 'complete');
}

/** What the last trial that failed died of. */
function whyIncomplete(trials: Entry[][]): string | undefined {
  return trials.flatMap((trial) => ofType(trial, 'trialEnd')).at(-1)?.detail;
}

function lastPassed(trial: Entry[]): Observation | undefined {
  return ofType(trial, 'step').findLast(({ step }) => step.verdict === 'passed')?.step.observation;
}

/** Over all steps of a ramp: what was opened, by the time it took, holds not counted. */
export function connectionRate(trial: Entry[]): number | undefined {
  const steps = ofType(trial, 'step').map(({ step }) => step.observation);
  const opened = steps.reduce((sum, step) => sum + step.connectionsOpened, 0);
  const milliseconds = steps.reduce((sum, step) => sum + step.connectMilliseconds, 0);
  return opened === 0 || milliseconds === 0 ? undefined : (opened / milliseconds) * 1_000;
}

export function ofType<Type extends Entry['type']>(entries: Entry[], type: Type): EntryOf<Type>[] {
  return entries.filter((entry): entry is EntryOf<Type> => entry.type === type);
}
