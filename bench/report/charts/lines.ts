import type { ContenderKey } from '../../plan/contenders.ts';
import { colourOf, type Theme } from './theme.ts';

/** What tells a contender's line from others without its colour. */
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

/** Symbols on a line of many points, so far apart on a logarithmic axis that each can be made out; the last has one. */
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
