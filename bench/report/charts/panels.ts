import { type AxisScale, endsOf, labelsWidth } from './axes.ts';
import type { Look } from './chart.ts';
import { type Frame, heading, sizes } from './frame.ts';

/** One of several pictures of the same kind, beside or below each other. */
export interface Cell {
  /** Empty where the title says it all. */
  heading: string;
}

export interface Panel<Of extends Cell> {
  cell: Of;
  grid: { left: number; top: number; width: number; height: number; outerBoundsMode: 'none' };
  /** Else the panel at its left has the same ones. */
  hasLabels: boolean;
}

interface Rooms {
  plotHeight: number;
  /** Of every panel: its labels reach beyond the ends of the axis, and those at the left stand once a row. */
  scales: { x: AxisScale; y: AxisScale };
}

/** Pixels: of the labels of the horizontal axis, and of its name below them. */
const below = 40;
/** The least between two panels. */
const between = 22;

/** Most that stand beside each other in a blog's column. */
export const mostColumns = 3;

/**
 * Rows of panels, each as wide as the others, with their headings above; a row has its gaps where there is nothing to
 * show. Where it is narrow, all stand below each other.
 */
export function placePanels<Of extends Cell>(
  look: Look,
  frame: Frame,
  rows: readonly (readonly (Of | undefined)[])[],
  { plotHeight, scales: { x, y } }: Rooms,
) {
  const placed = frame.isNarrow ? rows.flat().flatMap((cell) => (cell === undefined ? [] : [[cell]])) : rows;
  const columns = Math.max(...placed.map((row) => row.length));
  const atLeft = labelsWidth(y);
  const ends = endsOf(x);
  const apart = Math.max(between, ends.left + ends.right + sizes.label);
  const atRight = Math.max(0, ends.right - frame.right / 2);
  const width = (frame.innerWidth - atLeft - atRight - (columns - 1) * apart) / columns;
  const panels: Panel<Of>[] = [];
  const titles: object[] = [];
  let top = frame.top;
  for (const row of placed) {
    const cells = row.flatMap((cell, column) => (cell === undefined ? [] : [{ cell, column }]));
    const left = (column: number) => frame.left + atLeft + column * (width + apart);
    const headings = cells.map(({ cell, column }, index) => {
      // The first one begins where its axis does.
      const at = index === 0 ? { left: left(column) - atLeft, width: width + atLeft } : { left: left(column), width };
      return cell.heading === '' ? noHeading : heading(cell.heading, { ...at, top }, look.theme);
    });
    titles.push(...headings.flatMap(({ option }) => option ?? []));
    const plotTop = top + Math.max(...headings.map(({ height }) => height)) + gap;
    for (const [index, { cell, column }] of cells.entries()) {
      const grid = { left: left(column), top: plotTop, width, height: plotHeight, outerBoundsMode: 'none' as const };
      panels.push({ cell, grid, hasLabels: index === 0 });
    }
    top = plotTop + plotHeight + below + gap;
  }
  return { panels, titles, end: top - gap };
}

const noHeading = { option: undefined, height: 0 };
const gap = sizes.margin / 2;

/** As few rows as there is room in, and each as long as the others: four stand two by two. */
export function inRows<Item>(items: readonly Item[]): Item[][] {
  const rows = Math.ceil(items.length / mostColumns);
  const columns = Math.ceil(items.length / rows);
  return Array.from({ length: rows }, (_, index) => items.slice(index * columns, (index + 1) * columns));
}
