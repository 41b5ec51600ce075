import type { Curves } from '../curves/points.ts';
import type { ContenderKey } from '../plan/contenders.ts';
import type { Summary } from '../summary/summary.ts';

/** All that is published of a run: everything in tables, charts and pages is computed from it. */
export interface MeasuredRun {
  /** The name of its folder. */
  folder: string;
  /** What tells it apart from others beside it; of a run alone, its folder. */
  label: string;
  summary: Summary;
  /** What each server is, by its name, as the record says it. */
  servers: Readonly<Record<string, string>>;
  curves: Curves;
}

/** As much of it as a table takes. */
export type SummarizedRun = Pick<MeasuredRun, 'label' | 'summary'>;

/** As much of it as a text takes that says what the servers are. */
export type DescribedRun = Pick<MeasuredRun, 'label' | 'summary' | 'servers'>;
/** Contenders that were measured, in the order that was asked for: a table has a column for each. */
export function columnsOf(summary: Summary): ContenderKey[] {
  return summary.config.contenders.filter((name) => summary.contenders[name] !== undefined);
}
