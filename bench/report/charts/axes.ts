import { axisStyle, sizes } from './frame.ts';
import { linearScale, type Scale } from './scale.ts';
import { widthOf } from './text.ts';
import type { Theme } from './theme.ts';

/** Ends and ticks of an axis, known before it is drawn: room is left for its labels. */
export interface AxisScale extends Omit<Scale, 'interval'> {
  ticks: number[];
}

/** From 0 to a round number. Pure. */
export function fromZero(values: readonly number[], format: AxisScale['format']): AxisScale {
  const { type, min, max, interval } = linearScale(values, format);
  return { type, min, max, ticks: multiples(interval ?? max, max), format };
}

/** Ends where the values do. Pure. */
export function upTo(max: number, format: AxisScale['format'], mostTicks: number): AxisScale {
  const { type, min, interval } = linearScale([max], format, mostTicks);
  return { type, min, max, ticks: multiples(interval ?? max, max), format };
}

/** Between round numbers. Of few decades 1, 2 and 5 have ticks too, as far as there is room for them. Pure. */
export function logarithmic(values: readonly number[], format: AxisScale['format'], mostTicks: number): AxisScale {
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  const [first, last] = [Math.floor(Math.log10(lowest)), Math.ceil(Math.log10(highest))];
  const decades = Array.from({ length: last - first + 2 }, (_, index) => first + index);
  const round = decades.flatMap((power) => [1, 2, 5].map((step) => step * 10 ** power));
  const min = round.findLast((value) => value <= lowest) ?? lowest;
  const max = round.find((value) => value >= highest && value > min) ?? highest;
  const inside = round.filter((value) => value >= min && value <= max);
  if (inside.length <= mostTicks) return { type: 'log', min, max, ticks: inside, format };
  const powers = inside.filter((value) => Number.isInteger(Math.round(Math.log10(value) * 1e6) / 1e6));
  const every = Math.ceil(powers.length / mostTicks);
  return { type: 'log', min, max, ticks: powers.filter((_, index) => index % every === 0), format };
}

/** The option of an axis that has these ends and ticks, and no others. */
export function axisOf(scale: AxisScale, theme: Theme) {
  const style = axisStyle(theme);
  const { type, min, max, ticks, format } = scale;
  return {
    ...style,
    type,
    min,
    max,
    axisTick: { ...style.axisTick, customValues: ticks },
    axisLabel: { ...style.axisLabel, customValues: ticks, formatter: format },
  };
}

/** Pixels that the labels of a vertical axis take at its left. */
export function labelsWidth(...scales: AxisScale[]): number {
  const widths = scales.flatMap(({ ticks, format }) => ticks.map((tick) => widthOf(format(tick), sizes.label - 1)));
  return Math.ceil(Math.max(0, ...widths)) + 12;
}

function multiples(interval: number, max: number): number[] {
  // A product of fractions may lie above by a trifle.
  return Array.from({ length: Math.floor(max / interval + 1e-9) + 1 }, (_, index) => Math.min(max, index * interval));
}
