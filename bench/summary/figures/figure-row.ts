import { z } from 'zod';
import type { Config } from '../../plan/config.ts';
import { verdictSchema } from '../../record/verdict.ts';
import { type Figure, figureSchema } from '../../stats/figure.ts';
import type { Better } from '../../stats/verdict.ts';
import type { Format } from '../../text/format.ts';
import type { Items, Source } from './measurements.ts';

export type Unit =
  | 'bytes'
  | 'milliseconds'
  | 'microseconds'
  | 'per second'
  | 'threads'
  | 'share of one core'
  | 'clients';

/** As much of a run's plan as decides how its figures were measured. A summary has it. */
export interface MeasuringPlan {
  config: Config;
  isSameMachine: boolean;
}

/** What a label says of the plan: "10", "a second". */
export interface LoadWords {
  clients: string;
  interval: string;
}

/** What a row of the comparison says besides its cells. */
export interface RowText {
  label: string | ((load: LoadWords) => string);
  /** How it was measured, for a reader who sees this row alone: a phrase without a period. */
  how: string | ((plan: MeasuringPlan) => string);
  /**
   * The conditions without which it is another figure; each a phrase, in an order that is the same for every run.
   * Absent where no option of a plan changes it.
   */
  plan?: (plan: MeasuringPlan) => readonly string[];
  /** One of the questions that the suite was made for: such rows come first. */
  isAsked?: true;
  /** The row right above; absent: rows stand in the order of the table of figures. */
  below?: RowText;
}

/** Figures that have the same object here share a row, in the order of the table of figures. */
export interface TableRow extends RowText {
  format: Format;
}

/** What every figure has. */
interface Described {
  /** One phrase, for the published schema and for results/README.md. */
  meaning: string;
  /** What results/README.md says beyond that, as Markdown. */
  details?: string;
}

/** One number a trial, or a build. */
interface ValueParts extends Described {
  kind?: undefined;
  unit: Unit;
  /** The better of two values. Absent for a figure that servers are not compared by: each has it at a load of its own. */
  better?: Better;
  /** The same in every build: compared without trials. */
  isExact?: true;
  /** Absent for a figure that stands in `summary.json` and `table.csv` only. */
  row?: TableRow;
  /** In a row of several figures, the one that its verdict is about: what the verdict and a sentence call it. */
  verdict?: { as: string; subject: string };
  /** The flag without which this figure is a lower bound. */
  knee?: string;
}

/** From one item of a source, such as a trial; undefined where that item does not tell. */
type Taken<Name extends Source = Source> = {
  [From in Name]: { from: From; take: (item: Items[From]) => number | undefined };
}[Name];

export type ValueRow<Name extends Source = Source> = ValueParts & Taken<Name>;

/** The most clients that a search found, what it did not hold, and what ended it. */
export interface SearchRow extends Described {
  kind: 'search';
  from: 'connected' | 'sending';
  better: 'more';
  row: RowText;
  /** The row of what ended the searches, below all others. */
  stopsRow: RowText;
  stopsDetails: string;
}

/** Whether something is so, of all trials together. */
export interface FlagRow extends Described {
  kind: 'flag';
  from: 'arrivals';
  /** The figure that it is about. */
  about: string;
  take: (items: readonly Items['arrivals'][]) => boolean;
}

export type FigureRow = ValueRow | SearchRow | FlagRow;
export type ComparedRow = (ValueRow & { better: Better }) | SearchRow;
export type FigureTable = Readonly<Record<string, FigureRow>>;

export function isComparedRow(row: FigureRow): row is ComparedRow {
  return row.kind !== 'flag' && row.better !== undefined;
}

export const maxClientsSchema = z.object({
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

/** What stands in a summary for each kind of row. */
export const kinds = { value: figureSchema, search: maxClientsSchema, flag: z.boolean() };

export type KindOf<Row extends FigureRow> = Row extends { kind: infer Kind extends keyof typeof kinds }
  ? Kind
  : 'value';
export type Found = Figure | MaxClients | boolean;
/** The figures of a contender, where the table that they are from is not known to the compiler. */
export type AnyContender = Readonly<Record<string, Found>>;

export function isSearch(found: Found | undefined): found is MaxClients {
  return typeof found === 'object' && 'clients' in found;
}

/** The figure under this name; of a search, the clients that were held. */
export function figureIn(contender: AnyContender, name: string): Figure {
  const found = contender[name];
  if (isSearch(found)) return found.clients;
  return typeof found === 'object' ? found : { absent: `there is no figure ${name}` };
}

/** It could be better: nothing about the server ended a search, or no higher rate failed. */
export function isLowerBound(contender: AnyContender, name: string, row: FigureRow): boolean {
  const found = contender[name];
  if (isSearch(found)) return found.isLowerBound;
  return row.kind === undefined && row.knee !== undefined && contender[row.knee] !== true;
}
