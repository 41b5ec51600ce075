import { z } from 'zod';
import { hostLimitsSchema } from '../../servers/contract/limits.ts';
import { machineSchema } from '../../servers/contract/machine.ts';
import { BenchError } from '../errors.ts';
import { configSchema } from '../plan/config.ts';
import { contenderKeySchema } from '../plan/contenders.ts';
import { calibrationSchema } from '../record/calibration.ts';
import { ofType } from '../record/entries.ts';
import { environmentSchema } from '../record/environment.ts';
import { type Entry, schemaVersion } from '../record/record.ts';
import { conditionsOf, conditionsSchema } from './conditions.ts';
import { contenderSummarySchema, summarizeContender } from './contender-summary.ts';
import { pairSchema, pairsOf } from './pairs.ts';

export const summarySchema = z.object({
  schemaVersion: z.literal(schemaVersion),
  startedAt: z.iso.datetime(),
  outcome: z.enum(['complete', 'interrupted', 'failed', 'unfinished']),
  config: configSchema,
  environment: environmentSchema,
  /** Absent when the run ended before it read them. */
  machines: z.object({ server: machineSchema, fleet: machineSchema }).optional(),
  /** Ceilings of the machines, for a server or a fleet that is started there. */
  limits: z.object({ server: hostLimitsSchema, fleet: hostLimitsSchema }).optional(),
  isSameMachine: z.boolean(),
  /** Machines that the fleet runs on besides the one of the harness; absent when there are none. */
  furtherFleet: z.array(z.string()).optional(),
  conditions: conditionsSchema,
  /** Absent when the run left it out. */
  calibration: calibrationSchema
    .extend({
      /** The most that any step asked of the fleet, as a share of the most that it can send. */
      largestShare: z.number().optional(),
    })
    .optional(),
  audit: z.object({
    /** Trials that came to an end, and those of them that were void. Every attempt of a search is a trial. */
    trials: z.int().nonnegative(),
    void: z.int().nonnegative(),
    /** Checks that were met in these trials. */
    checks: z.int().nonnegative(),
  }),
  warnings: z.array(z.string()),
  contenders: z.record(contenderKeySchema, contenderSummarySchema),
  /** Each contender compared with each one after it. */
  pairs: z.array(pairSchema),
});

export type Summary = z.infer<typeof summarySchema>;

/** Computes every figure from the record. Pure. @throws BenchError RECORD_UNREADABLE when the record holds no run. */
export function summarize(entries: Entry[]): Summary {
  const run = ofType(entries, 'run')[0];
  if (run === undefined) throw new BenchError('RECORD_UNREADABLE', 'the record is empty: no run has begun in it');
  const ceilings = ofType(entries, 'limits').at(-1);
  const machines = ceilings?.machines;
  const contenders = Object.fromEntries(run.config.contenders.map((name) => [name, summarizeContender(entries, name)]));
  return {
    schemaVersion,
    startedAt: run.startedAt,
    outcome: ofType(entries, 'end').at(-1)?.outcome ?? 'unfinished',
    config: run.config,
    environment: run.environment,
    ...(machines !== undefined && { machines }),
    ...(ceilings !== undefined && { limits: { server: ceilings.server, fleet: ceilings.fleet } }),
    isSameMachine: run.host.isSameMachine,
    ...(run.host.fleet !== undefined && { furtherFleet: run.host.fleet }),
    conditions: conditionsOf(entries),
    ...calibrationOf(entries),
    audit: auditOf(entries),
    warnings: [...new Set(ofType(entries, 'warning').map((warning) => warning.message))],
    contenders,
    pairs: pairsOf(contenders, run.config),
  };
}

function calibrationOf(entries: Entry[]): Pick<Summary, 'calibration'> {
  const [found] = ofType(entries, 'calibration');
  if (found === undefined) return {};
  const { type: _, ...calibration } = found;
  const shares = ofType(entries, 'step').flatMap(({ step }) => step.observation.fleetCeilingShare ?? []);
  return { calibration: { ...calibration, ...(shares.length > 0 && { largestShare: Math.max(...shares) }) } };
}

function auditOf(entries: Entry[]): Summary['audit'] {
  const ends = ofType(entries, 'trialEnd').filter((end) => end.outcome !== 'failed');
  return {
    trials: ends.length,
    void: ends.filter(({ outcome }) => outcome === 'void').length,
    checks: ends.flatMap(({ audit }) => audit.filter(({ isMet, isMade }) => isMet && isMade !== false)).length,
  };
}
