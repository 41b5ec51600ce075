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

/** The part of a run that decides how its figures are measured. A summary contains it. */
export interface MeasuringPlan {
  config: Config;
  isSameMachine: boolean;
}

/** Words for the load in a label: "10", "a second". */
export interface LoadWords {
  clients: string;
  interval: string;
}

/** The texts of a row of the comparison, besides its cells. */
export interface RowText {
  label: string | ((load: LoadWords) => string);
  /** How it was measured, for a reader who sees this row alone: a phrase without a period. */
  how: string | ((plan: MeasuringPlan) => string);
  /**
   * Conditions that define the figure: under other conditions it is another figure. Phrases in the same order for every run.
   * Absent where no option changes it.
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

/** The texts of every figure. */
interface Described {
  /** One phrase, for the published schema and for results/README.md. */
  meaning: string;
  /** What results/README.md adds to that, as Markdown. */
  details?: string;
}

/** A figure with one number per trial, or per build. */
interface ValueParts extends Described {
  kind?: undefined;
  unit: Unit;
  /** The better of two values. Absent for a figure that servers are not compared by, because each has its own load. */
  better?: Better;
  /** The figure is the same in every build, so that a comparison needs no trials. */
  isExact?: true;
  /** Absent for a figure that stands in `summary.json` and `table.csv` only. */
  row?: TableRow;
  /** Present for the one figure of a row of several that the verdict is about: its names in the verdict and in a sentence. */
  verdict?: { as: string; subject: string };
  /** Name of a flag. Without that flag this figure is a lower bound. */
  knee?: string;
}

/** Takes the value from one item of a source, such as a trial; undefined where the item lacks it. */
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

/** A statement about all trials together, true or false. */
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
  /** The most clients held. */
  clients: figureSchema,
  /** The lowest number above that was not held; absent when the server was not what ended the search. */
  failedClients: figureSchema,
  /** True when something other than the server ended the search of a trial, so that the server might hold more. */
  isLowerBound: z.boolean(),
  /** False when a search ended before the clients held and not held were as close as the plan asks for. */
  isNarrow: z.boolean(),
  /** Why each trial's search ended. */
  stops: z.array(verdictSchema),
});

export type MaxClients = z.infer<typeof maxClientsSchema>;

/** The schema in a summary for each kind of row. */
export const kinds = { value: figureSchema, search: maxClientsSchema, flag: z.boolean() };

export type KindOf<Row extends FigureRow> = Row extends { kind: infer Kind extends keyof typeof kinds }
  ? Kind
  : 'value';
export type Found = Figure | MaxClients | boolean;
/** The figures of a contender, when the compiler does not know their table. */
export type AnyContender = Readonly<Record<string, Found>>;

export function isSearch(found: Found | undefined): found is MaxClients {
  return typeof found === 'object' && 'clients' in found;
}

/** The figure under this name; for a search, the clients that were held. */
export function figureIn(contender: AnyContender, name: string): Figure {
  const found = contender[name];
  if (isSearch(found)) return found.clients;
  return typeof found === 'object' ? found : { absent: `there is no figure ${name}` };
}

/** True when the figure could be higher: something other than the server ended a search, or no higher rate failed. */
export function isLowerBound(contender: AnyContender, name: string, row: FigureRow): boolean {
  const found = contender[name];
  if (isSearch(found)) return found.isLowerBound;
  return row.kind === undefined && row.knee !== undefined && contender[row.knee] !== true;
}
