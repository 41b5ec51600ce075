import type { PhaseName } from '../plan/names.ts';
import type { AnyContender, FigureTable, MeasuringPlan } from '../summary/figures/figure-row.ts';
import { figures } from '../summary/figures/figures.ts';
import type { Summary } from '../summary/summary.ts';
import type { RowCell, TableCell } from './cells.ts';
import { columnsOf } from './measured-run.ts';
import { type RowTemplate, rowTemplates } from './row-templates.ts';
import { type NamedPair, verdictCell } from './verdict-text.ts';

/** One line of the comparison, ready to print in any form. */
export interface Row {
  label: string;
  phase: PhaseName;
  /** One per contender, in the order of the columns. */
  cells: RowCell[];
  /** What the trials show, one per pair of contenders. */
  verdicts: TableCell[];
  /** How the figure was measured, in a sentence. */
  how: string;
}

/** The rows of the comparison. Those that answer a question come first. Pure. */
export function comparisonRows(summary: Summary, table: FigureTable = figures): Row[] {
  const contenders = columnsOf(summary).flatMap((name) => summary.contenders[name] ?? []);
  return contenderRows(summary, contenders, summary.pairs, table);
}

/** The same rows for any contenders that were measured by this plan. Pure. */
export function contenderRows(
  plan: MeasuringPlan,
  contenders: readonly AnyContender[],
  pairs: readonly NamedPair[],
  table: FigureTable = figures,
): Row[] {
  return rowTemplates(plan, table).map((template) => ({
    label: template.label,
    phase: template.phase,
    how: template.how,
    cells: contenders.map(template.cell),
    verdicts: pairs.map((pair) => verdictOfRow(template, pair)),
  }));
}

export function verdictOfRow({ judged }: RowTemplate, pair: NamedPair): TableCell {
  return judged === undefined ? { text: '' } : verdictCell(pair, judged);
}

/** One column per pair of contenders; none after a single trial, which supports no verdict. */
export function verdictColumns({ config, pairs }: Summary): string[] {
  if (config.trials === 1) return [];
  return pairs.length === 1 ? ['verdict'] : pairs.map(pairTitle);
}

export function pairTitle({ first, second }: Pick<NamedPair, 'first' | 'second'>): string {
  return `${first} or ${second}`;
}
