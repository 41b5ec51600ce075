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

/** One ceiling of one machine: what it is, what is in use, what the plan needs of it, and the clients it allows. */
const ceilingSchema = z.object({
  name: z.string(),
  host: z.enum(['server', 'fleet']),
  unit: z.string(),
  limit: z.number(),
  current: z.number(),
  needed: z.number(),
  maxClients: count,
  /** How it is lifted. */
  mend: z.string(),
  /** What the server takes of it is guessed. */
  isGuess: z.literal(true).optional(),
});

/** Moments of a trial that its raw samples are cut at. */
export const markNames = ['idle', 'connecting', 'window-start', 'window-end'] as const;

/** One line of a record. `monotonicMilliseconds` is CLOCK_MONOTONIC of the machine the line came from. */
export const entrySchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run'),
    schemaVersion: z.literal(schemaVersion),
    startedAt: z.iso.datetime(),
    /** Of the harness. */
    pid: count,
    config: configSchema,
    environment: environmentSchema,
    host: z.object({
      address: z.string(),
      isSameMachine: z.boolean(),
      /** Names of the machines that the fleet runs on besides this one; absent when there are none. */
      fleet: z.array(z.string()).optional(),
    }),
    /** Settings of the machines' kernels are raised for the time of the run. */
    tune: z.boolean(),
    /** What each server is, by its name. Absent in records of before there were others than those that upgrade.ts names. */
    servers: z.record(z.string(), z.string()).optional(),
  }),
  /** From here on somebody went on with a run that had not come to its end. */
  z.object({
    type: z.literal('resume'),
    resumedAt: z.iso.datetime(),
    pid: count,
    /** Planned trials that had been begun and not finished: what stands of them above counts no more. */
    abandoned: z.array(z.string()),
  }),
  /** Ceilings of the machine that servers run on and of the one that the fleet runs on, before the first trial. */
  z.object({
    type: z.literal('limits'),
    server: hostLimitsSchema,
    fleet: hostLimitsSchema,
    /** Absent in records of version 2. */
    machines: z.object({ server: machineSchema, fleet: machineSchema }).optional(),
  }),
  /** How far one search can come by them, and what would bind first. */
  z.object({
    type: z.literal('preflight'),
    contender,
    sending: z.boolean(),
    clients: count,
    fits: z.boolean(),
    ceilings: z.array(ceilingSchema),
    /** The one that allows the fewest clients. */
    binding: ceilingSchema.optional(),
  }),
  /** One build from clean. */
  z.object({
    type: z.literal('build'),
    contender,
    typeCheckMilliseconds: milliseconds,
    bundleMilliseconds: milliseconds,
  }),
  /** Sizes of the files that it made, which are then started. */
  z.object({ type: z.literal('bundle'), contender, bytes: count, gzipBytes: count, brotliBytes: count }),
  /** The single executable, or why there is none. */
  z.object({
    type: z.literal('executable'),
    contender,
    bytes: count.optional(),
    failure: z.string().optional(),
  }),
  z.object({
    type: z.literal('trial'),
    /** The planned trial's name, and behind a stroke which attempt at it this is. */
    trial: z.string(),
    phase: z.enum(phaseNames),
    contender,
    /** The search that this is one attempt of. */
    search: z.string().optional(),
    monotonicMilliseconds: milliseconds,
  }),
  z.object({ type: z.literal('server'), trial: z.string(), line: agentLineSchema }),
  z.object({ type: z.literal('fleet'), trial: z.string(), process: count, line: fleetLineSchema }),
  /** What an agent on another machine said when the connection was lost, fetched by whoever went on; in no figure. */
  z.object({ type: z.literal('spool'), trial: z.string(), line: agentLineSchema }),
  /** How far the clock of another machine of the fleet is ahead of the harness's, as its process `process` told. */
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
  /** One step of a ramp, as it was judged. */
  z.object({ type: z.literal('step'), trial: z.string(), step: stepSchema }),
  /** One rate at which clients arrived, and what became of them. */
  z.object({ type: z.literal('arrival'), trial: z.string(), step: arrivalStepSchema }),
  /** One way of sending plain HTTPS requests, and how many the server answered. */
  z.object({ type: z.literal('https'), trial: z.string(), rate: httpsRateSchema }),
  /** How good the fleet is at measuring, by what it was made to see. */
  calibrationSchema.extend({ type: z.literal('calibration') }),
  /** A trial that came to its end, with what stopped an attempt to reach a number of clients; or one that broke off. */
  z.discriminatedUnion('outcome', [
    z.object({
      type: z.literal('trialEnd'),
      trial: z.string(),
      /** `void`: a check of the audit was not met, and nothing of the trial counts. */
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
  /** What a search found: clients that were held, and the lowest number above that were not. */
  z.object({
    type: z.literal('search'),
    search: z.string(),
    phase: z.enum(phaseNames),
    contender,
    clients: count,
    failedClients: count.optional(),
    /** The two are as close as was asked for. */
    isNarrow: z.boolean(),
    /** What kept the server from `failedClients`, or what else ended the search. */
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

/** The planned trial that an attempt was made at: of "connected-1-async/2" it is "connected-1-async". */
export function plannedOf(trial: string): string {
  return trial.split('/')[0] ?? trial;
}

/** A record as if it had never been interrupted: without what was abandoned, and with one end. Pure. */
export function settled(entries: readonly Entry[]): Entry[] {
  let kept: Entry[] = [];
  for (const entry of entries) {
    if (entry.type === 'resume') {
      const abandoned = new Set(entry.abandoned);
      kept = kept.filter((earlier) => {
        const trial = 'trial' in earlier ? plannedOf(earlier.trial) : earlier.type === 'search' ? earlier.search : '';
        // That a trial was void stays known, whatever becomes of it.
        const isVoid = earlier.type === 'trialEnd' && earlier.outcome === 'void';
        return earlier.type !== 'end' && (isVoid || !abandoned.has(trial));
      });
    }
    kept.push(entry);
  }
  return kept;
}
