import { axisStyle, sizes } from './frame.ts';
import { widthOf } from './text.ts';
import type { Theme } from './theme.ts';

/** Ends and ticks of an axis. They are known before the chart is drawn, so that the labels have room. */
export interface AxisScale {
  type: 'log' | 'value';
  min: number;
  max: number;
  ticks: number[];
  format: (value: number) => string;
}

/** The most intervals between ticks on an axis from 0: the panels are low. */
const mostIntervals = 4;

/** A linear axis from 0 to the first round number that no value exceeds. Pure. */
export function fromZero(values: readonly number[], format: AxisScale['format']): AxisScale {
  const highest = Math.max(...values, Number.MIN_VALUE);
  const interval = roundInterval(highest / mostIntervals);
  const max = interval * Math.ceil(highest / interval - 1e-9);
  return linear(max, interval, format);
}

/** A linear axis from 0 to exactly `max`, which has a tick only if it is round. Pure. */
export function upTo(max: number, format: AxisScale['format'], mostTicks: number): AxisScale {
  return linear(max, roundInterval(max / mostTicks), format);
}

/**
 * A logarithmic axis between round numbers. Its ticks are 1, 2 and 5 of each decade if these are at most `mostTicks`, else
 * powers of ten at equal distances. Pure.
 */
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

/** The echarts option of an axis with exactly these ends and ticks. */
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

/** Pixels by which the labels of a horizontal axis reach beyond its ends: half of the first label and half of the last. */
export function endsOf({ ticks, format }: AxisScale): { left: number; right: number } {
  const half = (tick: number | undefined) => (tick === undefined ? 0 : widthOf(format(tick), sizes.label - 1) / 2);
  return { left: half(ticks[0]), right: half(ticks.at(-1)) };
}

/** Pixels that the labels of vertical axes take at the left of the plot. */
export function labelsWidth(...scales: AxisScale[]): number {
  const widths = scales.flatMap(({ ticks, format }) => ticks.map((tick) => widthOf(format(tick), sizes.label - 1)));
  return Math.ceil(Math.max(0, ...widths)) + 12;
}

/** The lowest number that is at least `least` and is 1, 2 or 5 times a power of ten. */
function roundInterval(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((step) => step * power >= least) ?? 10);
}

function linear(max: number, interval: number, format: AxisScale['format']): AxisScale {
  const ticks = multiples(interval, max);
  return { type: 'value', min: 0, max, ticks, format: (value) => (value === 0 ? '0' : format(value)) };
}

function multiples(interval: number, max: number): number[] {
  // Rounding can put a product slightly above `max`.
  return Array.from({ length: Math.floor(max / interval + 1e-9) + 1 }, (_, index) => Math.min(max, index * interval));
}
