import type { Curves } from '../curves/points.ts';
import type { ContenderKey } from '../plan/contenders.ts';
import type { Summary } from '../summary/summary.ts';

/** A run as reports need it: tables, charts and pages are computed from this alone. */
export interface MeasuredRun {
  /** The name of its folder. */
  folder: string;
  /** Its name beside other runs; for a run alone, the name of its folder. */
  label: string;
  summary: Summary;
  /** A description of each server, by its name, from the record. */
  servers: Readonly<Record<string, string>>;
  curves: Curves;
}

/** The part of a run that a table needs. */
export type SummarizedRun = Pick<MeasuredRun, 'label' | 'summary'>;

/** The part of a run that a text needs to describe the servers. */
export type DescribedRun = Pick<MeasuredRun, 'label' | 'summary' | 'servers'>;

/** The measured contenders, in the order of the config: a table has a column for each. */
export function columnsOf(summary: Summary): ContenderKey[] {
  return summary.config.contenders.filter((name) => summary.contenders[name] !== undefined);
}
