import { z } from 'zod';
import { hostLimitsSchema } from '../../servers/contract/limits.ts';
import { machineSchema } from '../../servers/contract/machine.ts';
import { contenderKeySchema } from '../plan/contenders.ts';
import { schemaVersion } from '../record/record.ts';
import { verdictSchema } from '../record/verdict.ts';
import { intervalSchema } from '../stats/bootstrap.ts';
import { figureSchema } from '../stats/figure.ts';
import { comparisonSchema } from '../stats/verdict.ts';
import { contenderSchemaOf } from './contender-summary.ts';
import type { FigureTable } from './figures/figure-row.ts';
import { figures } from './figures/figures.ts';
import { pairSchema } from './pairs.ts';
import { summarySchema } from './summary.ts';
import { summaryMeanings } from './summary-meanings.ts';

export const summarySchemaName = `summary-v${schemaVersion}.schema.json`;

/** Schemas that have their own name in the published schema. */
const names: [schema: z.core.$ZodType, id: string, description: string][] = [
  [
    figureSchema,
    'figure',
    'One figure over the trials of a run, or the reason why it is absent. A missing figure is never 0.',
  ],
  [intervalSchema, 'interval', 'An interval of 95 % confidence, by a percentile bootstrap.'],
  [verdictSchema, 'verdict', 'Why a search ended: one cause, its evidence, and the causes that came later.'],
  [comparisonSchema, 'comparison', 'What the trials of two contenders say about one figure.'],
  [pairSchema, 'pair', 'Two contenders compared, figure by figure.'],
  [
    contenderKeySchema,
    'contender',
    'A contender: the name of its server and, from its second place in a run on, the number of the place (async-2).',
  ],
  [machineSchema, 'machine', 'Hardware and system of a machine.'],
  [
    hostLimitsSchema,
    'limits',
    'Ceilings of a machine. A ceiling that cannot be read, or that is unlimited, is absent.',
  ],
];

/** The JSON schema of `summary.json`, as text. */
export function summaryJsonSchema(table: FigureTable = figures): string {
  const contender = contenderSchemaOf(table);
  const summary = summarySchema.extend({ contenders: z.partialRecord(contenderKeySchema, contender) });
  const metadata = z.registry<{ id?: string; title?: string; description?: string }>();
  for (const [schema, id, description] of names) metadata.add(schema, { id, description });
  metadata.add(contender, { id: 'contenderSummary', description: 'All figures of one contender.' });
  metadata.add(summary, {
    title: `Summary of a run, version ${schemaVersion}`,
    description: 'The figures of a run, computed from its record. Units stand in the names of fields.',
  });
  const published = z.toJSONSchema(summary, {
    metadata,
    // With this setting readers accept fields that a later release of the same version adds.
    io: 'input',
  });
  describe(published, summaryMeanings);
  const meanings = Object.entries(table).map(([name, { meaning }]) => [name, meaning]);
  describe(published.$defs?.contenderSummary, Object.fromEntries(meanings));
  return `${JSON.stringify(published, null, 2)}\n`;
}

function describe(schema: z.core.JSONSchema.BaseSchema | undefined, meanings: Record<string, string>): void {
  for (const [name, description] of Object.entries(meanings)) {
    const property = schema?.properties?.[name];
    if (typeof property === 'object') property.description = description;
  }
}
