import type { ContenderKey } from '../plan/contenders.ts';
import type { ContenderSummary } from '../summary/contender-summary.ts';
import type { Summary } from '../summary/summary.ts';
import type { RowCell, TableCell } from './cells.ts';
import { type RowRule, rulesOf } from './row-rules.ts';
import { type NamedPair, verdictCell } from './verdict-text.ts';

/** One line of the comparison, ready to print in any form. */
export interface Row {
  label: string;
  /** One a contender, in the order of the columns. */
  cells: RowCell[];
  /** What the trials bear out, one a pair of contenders. */
  verdicts: TableCell[];
  /** How the figure was measured, in a sentence. */
  how: string;
}

/** Pure: summary -> rows. The rows of the post that this suite answers come first. */
export function comparisonRows(summary: Summary): Row[] {
  const contenders = columnsOf(summary).flatMap((name) => summary.contenders[name] ?? []);
  return contenderRows(summary, contenders, summary.pairs);
}

/** The same of any contenders that were measured by this plan. Pure. */
export function contenderRows(summary: Summary, contenders: ContenderSummary[], pairs: readonly NamedPair[]): Row[] {
  return rulesOf(summary).map((rule) => ({
    label: rule.label,
    how: rule.how,
    cells: contenders.map(rule.cell),
    verdicts: pairs.map((pair) => verdictOfRow(rule, pair)),
  }));
}

export function verdictOfRow({ verdict, verdictOf }: RowRule, pair: NamedPair): TableCell {
  return verdict === undefined ? { text: '' } : verdictCell(pair, verdict, verdictOf);
}

/** One a pair of contenders; none where one trial cannot bear any. */
export function verdictColumns({ config, pairs }: Summary): string[] {
  if (config.trials === 1) return [];
  return pairs.length === 1 ? ['verdict'] : pairs.map(pairTitle);
}

export function pairTitle({ first, second }: Pick<NamedPair, 'first' | 'second'>): string {
  return `${first} or ${second}`;
}

export function columnsOf(summary: Summary): ContenderKey[] {
  return summary.config.contenders.filter((name) => summary.contenders[name] !== undefined);
}
