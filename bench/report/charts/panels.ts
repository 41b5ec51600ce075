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
  /** Of the labels of the vertical axis, once a row. */
  labelsWidth: number;
  /** Of the horizontal axis. */
  below: number;
}

/** Pixels. */
const between = 22;
/** Half of the label of the last tick. */
const endRoom = 18;

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
  { plotHeight, labelsWidth, below }: Rooms,
) {
  const placed = frame.isNarrow ? rows.flat().flatMap((cell) => (cell === undefined ? [] : [[cell]])) : rows;
  const columns = Math.max(...placed.map((row) => row.length));
  const width = (frame.innerWidth - labelsWidth - endRoom - (columns - 1) * between) / columns;
  const panels: Panel<Of>[] = [];
  const titles: object[] = [];
  let top = frame.top;
  for (const row of placed) {
    const cells = row.flatMap((cell, column) => (cell === undefined ? [] : [{ cell, column }]));
    const left = (column: number) => frame.left + labelsWidth + column * (width + between);
    const headings = cells.map(({ cell, column }, index) => {
      // The first one begins where its axis does.
      const at =
        index === 0 ? { left: left(column) - labelsWidth, width: width + labelsWidth } : { left: left(column), width };
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

/** So many in a row at most, a list for each row. */
export function chunked<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
