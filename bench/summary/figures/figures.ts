import { buildFigures } from './build-figures.ts';
import type { FigureTable } from './figure-row.ts';
import { isComparedRow } from './figure-row.ts';
import { latencyFigures } from './latency-figures.ts';
import { rateFigures } from './rate-figures.ts';
import { resourceFigures } from './resource-figures.ts';
import { searchFigures } from './search-figures.ts';

/**
 * Every figure of a contender, one row each. From it follow, in this order, the fields of the summary and their schema, the
 * comparison of servers, the lines of `table.csv`, the rows of the table and the list in results/README.md.
 */
export const figures = {
  ...buildFigures,
  ...resourceFigures,
  ...latencyFigures,
  ...searchFigures,
  ...rateFigures,
} as const satisfies FigureTable;

export type FigureName = keyof typeof figures;
/** The name of a figure that servers are compared by. */
export type ComparedName = {
  [Name in FigureName]: (typeof figures)[Name] extends { better: string } ? Name : never;
}[FigureName];

export function isCompared(name: string): name is ComparedName {
  return comparedIn(figures).some(([known]) => known === name);
}

/** The figures of a table that servers are compared by, under their names. */
export function comparedIn(table: FigureTable) {
  return Object.entries(table).flatMap(([name, row]) => (isComparedRow(row) ? [[name, row] as const] : []));
}
