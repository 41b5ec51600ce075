import type { ContenderKey } from '../../plan/contenders.ts';
import { colourOf, type Theme } from './theme.ts';

/** Symbols that tell the lines of contenders apart without colour. */
const symbols = ['circle', 'rect', 'triangle', 'diamond'];

export interface LineLook {
  colour: string;
  symbol: string;
}

/** The same in each chart. */
export function lineLook(theme: Theme, all: readonly ContenderKey[], contender: ContenderKey): LineLook {
  const index = Math.max(0, all.indexOf(contender));
  return {
    colour: colourOf(theme, all, contender),
    symbol: symbols[index % symbols.length] ?? 'circle',
  };
}

/** The points of a line. Symbols keep a distance on a logarithmic axis, so that each is distinct; the last point has one. */
export function sparselyMarked(points: readonly [number, number][], decadesBetween: number) {
  let marked = Number.NEGATIVE_INFINITY;
  return points.map((value, index) => {
    const place = Math.log10(value[0]);
    const isLast = index === points.length - 1;
    if (!isLast && place - marked < decadesBetween) return { value, symbol: 'none' };
    marked = place;
    return { value };
  });
}
