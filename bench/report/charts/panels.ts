import { type AxisScale, endsOf, labelsWidth } from './axes.ts';
import type { Look } from './chart.ts';
import { type Frame, heading, sizes } from './frame.ts';

/** What one panel shows. Panels of the same kind stand beside or below each other. */
export interface Cell {
  /** Empty when the title of the chart is enough. */
  heading: string;
}

export interface Panel<Of extends Cell> {
  cell: Of;
  grid: { left: number; top: number; width: number; height: number; outerBoundsMode: 'none' };
  /** The first panel of a row has labels. The others have the same vertical axis. */
  hasLabels: boolean;
}

interface Rooms {
  plotHeight: number;
  /** The axes of every panel. Horizontal labels reach beyond the ends of an axis; vertical labels stand once per row. */
  scales: { x: AxisScale; y: AxisScale };
}

/** Pixels below a plot, for the labels of the horizontal axis and its name. */
const below = 40;
/** The least pixels between two panels. */
const between = 22;

/** The most panels side by side in a blog's column. */
export const mostColumns = 3;

/**
 * Places rows of panels. All panels have the same width and stand below their headings; an undefined cell leaves a gap. In a
 * narrow picture they stand below each other. @returns also `end`: the lower end of the last row, in pixels
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
      // The first heading begins above the labels of the vertical axis.
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

/** The items in as few rows as possible, with as equal lengths as possible: four stand two by two. */
export function inRows<Item>(items: readonly Item[]): Item[][] {
  const rows = Math.ceil(items.length / mostColumns);
  const columns = Math.ceil(items.length / rows);
  return Array.from({ length: rows }, (_, index) => items.slice(index * columns, (index + 1) * columns));
}
