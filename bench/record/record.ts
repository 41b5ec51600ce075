import { z } from 'zod';
import { fleetLineSchema } from '../../clients/contract.ts';
import { agentLineSchema } from '../../servers/contract/agent.ts';
import { hostLimitsSchema } from '../../servers/contract/limits.ts';
import { machineSchema } from '../../servers/contract/machine.ts';
import { configSchema } from '../plan/config.ts';
import { contenderKeySchema } from '../plan/contenders.ts';
import { phaseNames } from '../plan/names.ts';
import { arrivalStepSchema } from './arrival-step.ts';
import { calibrationSchema } from './calibration.ts';
import { checkSchema } from './check.ts';
import { environmentSchema } from './environment.ts';
import { httpsRateSchema } from './https-rate.ts';
import { stepSchema } from './step.ts';
import { verdictSchema } from './verdict.ts';

export const schemaVersion = 3;

const count = z.int().nonnegative();
const milliseconds = z.number().nonnegative();
const contender = contenderKeySchema;

/** One ceiling of one machine: its limit, current use, the plan's need, and the number of clients it allows. */
const ceilingSchema = z.object({
  name: z.string(),
  host: z.enum(['server', 'fleet']),
  unit: z.string(),
  limit: z.number(),
  current: z.number(),
  needed: z.number(),
  maxClients: count,
  /** The remedy: how to raise this ceiling. */
  mend: z.string(),
  /** What the server takes of it is guessed. */
  isGuess: z.literal(true).optional(),
});

/** Moments of a trial at which the summary cuts its raw samples. */
export const markNames = ['idle', 'connecting', 'window-start', 'window-end'] as const;

/** One line of a record. `monotonicMilliseconds` is CLOCK_MONOTONIC of the machine that the line came from. */
export const entrySchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run'),
    schemaVersion: z.literal(schemaVersion),
    startedAt: z.iso.datetime(),
    /** Process id of the harness. */
    pid: count,
    config: configSchema,
    environment: environmentSchema,
    host: z.object({
      address: z.string(),
      isSameMachine: z.boolean(),
      /** Names of the machines that the fleet runs on besides this one; absent when there are none. */
      fleet: z.array(z.string()).optional(),
    }),
    /** True when kernel settings of the machines are raised for the time of the run. */
    tune: z.boolean(),
    /** What each server is, by its name. Older records lack it; their servers are those that upgrade.ts names. */
    servers: z.record(z.string(), z.string()).optional(),
  }),
  /** The run was resumed here. */
  z.object({
    type: z.literal('resume'),
    resumedAt: z.iso.datetime(),
    pid: count,
    /** Planned trials that had begun and not finished; their entries above no longer count. */
    abandoned: z.array(z.string()),
  }),
  /** Ceilings of the server's machine and of the fleet's, before the first trial. */
  z.object({
    type: z.literal('limits'),
    server: hostLimitsSchema,
    fleet: hostLimitsSchema,
    /** Absent in records of version 2. */
    machines: z.object({ server: machineSchema, fleet: machineSchema }).optional(),
  }),
  /** The predicted ceilings of one search, and which binds first. */
  z.object({
    type: z.literal('preflight'),
    contender,
    sending: z.boolean(),
    clients: count,
    fits: z.boolean(),
    ceilings: z.array(ceilingSchema),
    /** The ceiling that allows the fewest clients. */
    binding: ceilingSchema.optional(),
  }),
  /** One build from clean. */
  z.object({
    type: z.literal('build'),
    contender,
    typeCheckMilliseconds: milliseconds,
    bundleMilliseconds: milliseconds,
  }),
  /** Sizes of the files of a build. */
  z.object({ type: z.literal('bundle'), contender, bytes: count, gzipBytes: count, brotliBytes: count }),
  /** Size of the single executable, or the reason why there is none. */
  z.object({
    type: z.literal('executable'),
    contender,
    bytes: count.optional(),
    failure: z.string().optional(),
  }),
  z.object({
    type: z.literal('trial'),
    /** Id of the planned trial, with "/" and the number of the attempt in a search, or "/again" for a repetition. */
    trial: z.string(),
    phase: z.enum(phaseNames),
    contender,
    /** The search that this attempt belongs to. */
    search: z.string().optional(),
    monotonicMilliseconds: milliseconds,
  }),
  z.object({ type: z.literal('server'), trial: z.string(), line: agentLineSchema }),
  z.object({ type: z.literal('fleet'), trial: z.string(), process: count, line: fleetLineSchema }),
  /** A line that an agent spooled after the connection was lost, fetched by the resumed run; enters no figure. */
  z.object({ type: z.literal('spool'), trial: z.string(), line: agentLineSchema }),
  /**
   * Offset by which the clock of another fleet machine is ahead of the harness's, read through its process `process`.
   */
  z.object({
    type: z.literal('clock'),
    trial: z.string(),
    process: count,
    place: z.string(),
    offsetMilliseconds: z.number(),
    uncertaintyMilliseconds: milliseconds,
  }),
  z.object({
    type: z.literal('mark'),
    trial: z.string(),
    name: z.enum(markNames),
    monotonicMilliseconds: milliseconds,
  }),
  /** One judged hold of a step of a ramp. */
  z.object({ type: z.literal('step'), trial: z.string(), step: stepSchema }),
  /** One arrival rate and its result. */
  z.object({ type: z.literal('arrival'), trial: z.string(), step: arrivalStepSchema }),
  /** The rate of plain HTTPS requests, over kept or over new connections. */
  z.object({ type: z.literal('https'), trial: z.string(), rate: httpsRateSchema }),
  /** How well the fleet measures, from the calibration trials. */
  calibrationSchema.extend({ type: z.literal('calibration') }),
  /** The end of a trial: finished, with the stop cause of a search's attempt, or failed. */
  z.discriminatedUnion('outcome', [
    z.object({
      type: z.literal('trialEnd'),
      trial: z.string(),
      /** `void`: the trial did not pass its audit, and none of its figures count. */
      outcome: z.enum(['complete', 'void']),
      stop: verdictSchema.optional(),
      audit: z.array(checkSchema),
    }),
    z.object({
      type: z.literal('trialEnd'),
      trial: z.string(),
      outcome: z.literal('failed'),
      code: z.string(),
      message: z.string(),
    }),
  ]),
  /** Result of a search: the clients that the server held, and the lowest higher number that it did not hold. */
  z.object({
    type: z.literal('search'),
    search: z.string(),
    phase: z.enum(phaseNames),
    contender,
    clients: count,
    failedClients: count.optional(),
    /** True when the two are as close as the configured bracket. */
    isNarrow: z.boolean(),
    /** Why the server did not hold `failedClients`, or what else ended the search. */
    stop: verdictSchema,
  }),
  z.object({ type: z.literal('warning'), message: z.string() }),
  z.object({
    type: z.literal('end'),
    endedAt: z.iso.datetime(),
    outcome: z.enum(['complete', 'interrupted', 'failed']),
    message: z.string().optional(),
  }),
]);

export type Entry = z.infer<typeof entrySchema>;
export type EntryOf<Type extends Entry['type']> = Extract<Entry, { type: Type }>;

/** The planned trial of an attempt or repetition: "connected-1-async" for "connected-1-async/2". */
export function plannedTrialOf(trial: string): string {
  return trial.split('/')[0] ?? trial;
}

/** Entries as if the run had never been interrupted: without abandoned trials, and with one `end`. Pure. */
export function withoutAbandoned(entries: readonly Entry[]): Entry[] {
  let kept: Entry[] = [];
  for (const entry of entries) {
    if (entry.type === 'resume') {
      const abandoned = new Set(entry.abandoned);
      kept = kept.filter((earlier) => {
        const trial =
          'trial' in earlier ? plannedTrialOf(earlier.trial) : earlier.type === 'search' ? earlier.search : '';
        // Ends of void trials are kept, so that a summary reports how many trials were void.
        const isVoid = earlier.type === 'trialEnd' && earlier.outcome === 'void';
        return earlier.type !== 'end' && (isVoid || !abandoned.has(trial));
      });
    }
    kept.push(entry);
  }
  return kept;
}
