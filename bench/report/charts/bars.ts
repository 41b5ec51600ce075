import type { ContenderKey } from '../../plan/contenders.ts';
import { type Figure, isMeasured } from '../../stats/figure.ts';
import { type Scale, shareOf } from './scale.ts';
import { widthOf, wrap } from './text.ts';

/** One bar and what is written at it. */
export interface Bar {
  contender: ContenderKey;
  figure: Figure;
  /** From its end up to here the bar goes on, paler. */
  upTo?: Figure;
  /** It could have been longer. */
  isLowerBound?: boolean;
  text: string;
  /** The same in full, for whoever does not see it. */
  words?: string;
  /** For whoever points at it. */
  tip: string;
}

/** Of one run, in a chart of several; of the only run it needs no name. */
export interface BarGroup {
  name?: string;
  bars: readonly Bar[];
}

/** Groups by one measure, on one axis. */
export interface BarPanel {
  name: string;
  scale: Scale;
  groups: readonly BarGroup[];
}

/** How texts stand to bars: one way for all of a chart, else its rows would not be alike. */
export type Manner = 'beside' | 'above';

/** Pixels. */
export const textSize = 12;
export const lineHeight = 16;
export const dotRadius = 3;
export const arrowLength = 9;
/** Right of the bars, for the half of the last tick's label. */
export const endRoom = 26;
export const padding = 7;

export const paleOpacity = 0.25;

export interface Placed {
  /** Where the text begins, from the left of the bars. */
  left: number;
  /** `bar` and `pale`: on the one or the other part of the bar. */
  on: 'bar' | 'pale' | 'background';
}

interface Span {
  from: number;
  to: number;
}

/**
 * Inside the bar if the text fits there, else at the first place behind it where nothing is; undefined where it would
 * run out of the picture. Pure.
 */
export function placeText(bar: Bar, scale: Scale, width: number): Placed | undefined {
  const { figure, upTo, isLowerBound } = bar;
  const textWidth = widthOf(bar.text, textSize);
  const at = (value: number) => shareOf(scale, value) * width;
  const end = isMeasured(figure) ? at(figure.median) : 0;
  const dots = isMeasured(figure) && figure.values.length > 1 ? figure.values.map(at) : [];
  if (textWidth + 2 * padding <= Math.min(end, ...dots.map((dot) => dot - dotRadius)))
    return { left: padding, on: 'bar' };
  const paleEnd = upTo !== undefined && isMeasured(upTo) ? Math.max(end, at(upTo.median)) : end;
  const taken: Span[] = [
    { from: 0, to: isLowerBound ? end + arrowLength : end },
    { from: paleEnd, to: paleEnd },
    ...dots.map((dot) => ({ from: dot - dotRadius, to: dot + dotRadius })),
  ];
  const left = taken
    .map(({ to }) => to + padding)
    .toSorted((one, other) => one - other)
    .find((from) => taken.every((span) => span.to + padding <= from || span.from > from + textWidth + padding));
  if (left === undefined || left + textWidth > width + endRoom) return undefined;
  return { left, on: left < paleEnd ? 'pale' : 'background' };
}

/** Room that the names take at the left of the bars. */
export function namesWidth(bars: readonly Bar[]): number {
  return Math.ceil(Math.max(...bars.map(({ contender }) => widthOf(contender, textSize)))) + 12;
}

/** What stands above a bar: its name and, behind it, as many lines of text as the width makes necessary. Pure. */
export function linesAbove({ contender, text }: Bar, width: number): { indent: number; lines: string[] } {
  const indent = widthOf(contender, textSize, 'heavy') + 2 * padding;
  return { indent, lines: wrap(text, width + endRoom - indent, textSize) };
}
