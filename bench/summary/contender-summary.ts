import { z } from 'zod';
import type { ContenderKey } from '../plan/contenders.ts';
import { notTheServers } from '../record/causes.ts';
import type { Entry } from '../record/record.ts';
import { type Figure, figureOf } from '../stats/figure.ts';
import {
  type AnyContender,
  type FigureRow,
  type FigureTable,
  type Found,
  type KindOf,
  kinds,
  type MaxClients,
  type ValueRow,
} from './figures/figure-row.ts';
import { figures } from './figures/figures.ts';
import { type Measurements, measurementsOf, type Source } from './figures/measurements.ts';

type Shape<Table extends FigureTable> = { [Name in keyof Table]: (typeof kinds)[KindOf<Table[Name]>] };
/** The figures of a contender, under their names in a table. */
export type ContenderBy<Table extends FigureTable> = { [Name in keyof Table]: z.infer<Shape<Table>[Name]> };

/** All figures of one contender. Names contain the units; `results/README.md` says how each figure is measured. */
export const contenderSummarySchema = contenderSchemaOf(figures);

export type ContenderSummary = ContenderBy<typeof figures>;

// `Object.fromEntries` loses the names. These signatures restore them: the table has one row for each field.
export function contenderSchemaOf<Table extends FigureTable>(table: Table): z.ZodObject<Shape<Table>>;
export function contenderSchemaOf(table: FigureTable): z.ZodObject {
  return z.object(Object.fromEntries(Object.entries(table).map(([name, { kind }]) => [name, kinds[kind ?? 'value']])));
}

/** Every figure of one contender, from its raw entries. Pure. */
export function summarizeContender(entries: Entry[], contender: ContenderKey): ContenderSummary;
export function summarizeContender<Table extends FigureTable>(
  entries: Entry[],
  contender: ContenderKey,
  table: Table,
): ContenderBy<Table>;
export function summarizeContender(
  entries: Entry[],
  contender: ContenderKey,
  table: FigureTable = figures,
): AnyContender {
  const measured = measurementsOf(entries, contender);
  return Object.fromEntries(Object.entries(table).map(([name, row]) => [name, find(row, measured)]));
}

function find(row: FigureRow, measured: Measurements): Found {
  if (row.kind === 'search') return maxClients(measured[row.from]);
  if (row.kind === 'flag') return row.take(measured[row.from].items);
  return figureBy(row, measured);
}

function figureBy<From extends Source>({ from, take }: ValueRow<From>, measured: Measurements): Figure {
  const { items, none }: Measurements[From] = measured[from];
  return figureOf(items.map(take), none);
}

function maxClients({ items, none }: Measurements['connected' | 'sending']): MaxClients {
  const stops = items.map(({ stop }) => stop);
  return {
    clients: figureOf(
      items.map((found) => found.clients),
      none,
    ),
    failedClients: figureOf(
      items.map((found) => found.failedClients),
      items.length === 0 ? none : 'nothing about the server ended the search',
    ),
    isLowerBound: stops.some(({ cause }) => notTheServers.has(cause)),
    isNarrow: items.length > 0 && items.every((found) => found.isNarrow),
    stops,
  };
}
