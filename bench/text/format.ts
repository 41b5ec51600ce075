import { type Figure, isMeasured } from '../stats/figure.ts';

/** Median, and how far the trials lie from it when there are several; the reason when there is none. */
export function show(figure: Figure, format: Format): string {
  if (!isMeasured(figure)) return `not measured: ${figure.absent}`;
  const middle = format(figure.median, 3);
  if (figure.min === figure.max) return middle;
  const spread = format(Math.max(figure.max - figure.median, figure.median - figure.min), 2);
  // Of counts that lie less than one apart: "± 0" would say that they do not.
  if (Number.parseFloat(spread) === 0) return middle;
  const [number = '', unit] = middle.split(' ');
  // One unit does for both.
  return `${unit === spread.split(' ')[1] ? number : middle} ± ${spread}`;
}

/** A value with its unit behind a space, in so many significant digits: more would claim what the spread does not bear. */
export type Format = (value: number, significant?: number) => string;

/** With strokes between; when none was measured, the reason once. */
export function showSeveral(figures: Figure[], format: Format): string {
  const texts = figures.map((figure) => show(figure, format));
  return (figures.some(isMeasured) ? texts : [...new Set(texts)]).join(' / ');
}

export const percent: Format = (share, significant = 3) => `${Number((share * 100).toPrecision(significant))} %`;
export const milliseconds: Format = (value, significant = 3) =>
  value >= 10_000 ? seconds(value, significant) : `${digits(value, significant)} ms`;
export const seconds: Format = (value, significant = 3) => `${digits(value / 1_000, significant)} s`;
export const microseconds: Format = (value, significant = 3) => `${digits(value, significant)} µs`;
export const kilobytes: Format = (bytes, significant = 3) =>
  bytes >= 1_000_000 ? megabytes(bytes, significant) : `${digits(bytes / 1_000, significant)} kB`;
export const megabytes: Format = (bytes, significant = 3) => `${digits(bytes / 1_000_000, significant)} MB`;
/** Of a count every digit is known; of how far apart counts lie, no more than of anything else. */
export const whole: Format = (value, significant = 3) =>
  (significant < 3 ? Number(Math.round(value).toPrecision(significant)) : Math.round(value)).toLocaleString('en-US');

function digits(value: number, significant: number): string {
  return Number(value.toPrecision(significant)).toLocaleString('en-US', { maximumFractionDigits: 3 });
}

/** "a second", "every 250 ms", "every 4 s". */
export function formatInterval(interval: number): string {
  return interval === 1_000 ? 'a second' : `every ${interval < 1_000 ? milliseconds(interval) : seconds(interval)}`;
}
