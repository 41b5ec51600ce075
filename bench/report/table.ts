import type { RowCell, TableCell } from './cells.ts';
import { columnsOf, type SummarizedRun } from './measured-run.ts';
import { comparisonRows, type Row, verdictColumns } from './rows.ts';
import { rowsOfRuns } from './runs-rows.ts';

export type { TableCell };

export interface TableHead {
  text: string;
  kind: 'label' | 'figure' | 'verdict';
}

export interface TableRow {
  label: string;
  /** One for each head except the first. */
  cells: TableCell[];
  /** The name of its figure in `measures`. In a table of several runs a figure has a row per contender. */
  measure: string;
  how: string;
}

/** The comparison as data, from which files, the page and the terminal make their tables. */
export interface ReportTable {
  heads: TableHead[];
  rows: TableRow[];
}

/** A table and the texts below it. */
export interface FullTable extends ReportTable {
  /** Texts that are too long for a cell, one line each. */
  notes: string[];
  /** How each figure was measured. */
  measures: { label: string; how: string }[];
}

/** For one run, a column per contender and then the verdicts; for several runs, a column per run. Pure. */
export function tableOf(runs: readonly SummarizedRun[]): FullTable {
  const [first, ...others] = runs;
  if (first !== undefined && others.length === 0) {
    const { summary } = first;
    return tableOfRows(columnsOf(summary), verdictColumns(summary), comparisonRows(summary));
  }
  const rows = rowsOfRuns(runs);
  return assemble(
    runs.map(({ label }) => ({ text: label, kind: 'figure' })),
    rows,
  );
}

/** A table of rows with a column for each of these names, and one for each verdict. Pure. */
export function tableOfRows(columns: readonly string[], verdicts: readonly string[], rows: readonly Row[]): FullTable {
  const heads: TableHead[] = [
    ...columns.map((text) => ({ text, kind: 'figure' as const })),
    ...verdicts.map((text) => ({ text, kind: 'verdict' as const })),
  ];
  const whole = rows.map((row) => ({
    label: row.label,
    measure: row.label,
    how: row.how,
    cells: [...row.cells, ...row.verdicts.slice(0, verdicts.length)],
  }));
  return assemble(heads, whole);
}

/** A row whose cells still have their notes. */
export interface WholeRow extends Omit<TableRow, 'cells'> {
  cells: RowCell[];
}

function assemble(heads: TableHead[], rows: readonly WholeRow[]): FullTable {
  const measures = new Map(rows.map(({ measure, how }) => [measure, how]));
  return {
    heads: [{ text: '', kind: 'label' }, ...heads],
    rows: rows.map(({ cells, ...row }) => ({ ...row, cells: cells.map(({ note: _, ...cell }) => cell) })),
    notes: rows.flatMap(({ label, cells }) =>
      cells.flatMap(({ note }, column) => (note === undefined ? [] : [`${label}: ${heads[column]?.text}: ${note}`])),
    ),
    measures: [...measures].map(([label, how]) => ({ label, how })),
  };
}
