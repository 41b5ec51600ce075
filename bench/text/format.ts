import { type Figure, isMeasured } from '../stats/figure.ts';

/**
 * The median with the largest distance of a trial from it ("1,100 ± 400"), or the reason why there is no figure. Pure.
 */
export function show(figure: Figure, format: Format): string {
  if (!isMeasured(figure)) return `not measured: ${figure.absent}`;
  const middle = format(figure.median, 3);
  if (figure.min === figure.max) return middle;
  const spread = format(Math.max(figure.max - figure.median, figure.median - figure.min), 2);
  // "± 0" would claim equality for counts that differ by less than one.
  if (Number.parseFloat(spread) === 0) return middle;
  const [number = '', unit] = middle.split(' ');
  // The unit appears once when both share it.
  return `${unit === spread.split(' ')[1] ? number : middle} ± ${spread}`;
}

/**
 * Formats a value with its unit after a space, in `significant` digits: more digits would claim more than the spread
 * supports.
 */
export type Format = (value: number, significant?: number) => string;

/** Several figures joined by " / "; the reason once when none was measured. */
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
/** A count shows every digit; only a spread of counts, with fewer than three significant digits, is rounded. */
export const whole: Format = (value, significant = 3) =>
  (significant < 3 ? Number(Math.round(value).toPrecision(significant)) : Math.round(value)).toLocaleString('en-US');

function digits(value: number, significant: number): string {
  return Number(value.toPrecision(significant)).toLocaleString('en-US', { maximumFractionDigits: 3 });
}

/** "a second", "every 250 ms", "every 4 s". */
export function formatInterval(interval: number): string {
  return interval === 1_000 ? 'a second' : `every ${interval < 1_000 ? milliseconds(interval) : seconds(interval)}`;
}
