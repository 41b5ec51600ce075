import type { ContenderKey } from '../../plan/contenders.ts';
import { type Figure, isMeasured } from '../../stats/figure.ts';
import { type Scale, shareOf } from './scale.ts';
import { widthOf, wrap } from './text.ts';

/** One bar and its texts. */
export interface Bar {
  contender: ContenderKey;
  figure: Figure;
  /** The end of the pale part, which begins where the bar ends. */
  upTo?: Figure;
  /** The true value may be higher: the bar ends in an arrow. */
  isLowerBound?: boolean;
  text: string;
  /** The text in full words, for readers who cannot see the chart; `text` where it is absent. */
  words?: string;
  /** The lines of the tooltip. */
  tip: string;
}

/** The bars of one run. It has a name in a chart of several runs. */
export interface BarGroup {
  name?: string;
  bars: readonly Bar[];
}

/** Groups of bars that show one measure on one axis. */
export interface BarPanel {
  name: string;
  scale: Scale;
  groups: readonly BarGroup[];
}

/** Texts stand beside the bars or above them. All rows of a chart have the same manner, so that they look alike. */
export type Manner = 'beside' | 'above';

/** Pixels. */
export const textSize = 12;
export const lineHeight = 16;
export const dotRadius = 3;
export const arrowLength = 9;
/** Pixels at the right of the bars, for half of the last tick's label. */
export const endRoom = 26;
export const padding = 7;

export const paleOpacity = 0.25;

export interface Placed {
  /** Pixels from the left end of the bars to the text. */
  left: number;
  /** What is behind the text: the bar, its pale part, or the background. */
  on: 'bar' | 'pale' | 'background';
}

interface Span {
  from: number;
  to: number;
}

/**
 * The text stands inside the bar if it fits there, else at the first free place to the right of it. The result is undefined
 * if the text would leave the picture. Pure.
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

/** Pixels that the names take at the left of the bars. */
export function namesWidth(bars: readonly Bar[]): number {
  return Math.ceil(Math.max(...bars.map(({ contender }) => widthOf(contender, textSize)))) + 12;
}

/** The lines of text above a bar, and `indent`: the pixels that the contender's name takes at their left. Pure. */
export function linesAbove({ contender, text }: Bar, width: number): { indent: number; lines: string[] } {
  const indent = widthOf(contender, textSize, 'heavy') + 2 * padding;
  return { indent, lines: wrap(text, width + endRoom - indent, textSize) };
}
