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

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const everyDigit = new Intl.NumberFormat('en-US', { maximumFractionDigits: 20 });
const thousandths = new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 });
const millionths = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });
const hundredths = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const threeDigits = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

// Digits are cut by `toPrecision` and `toFixed`, which round the number itself: `Intl` rounds its shortest decimal, so that
// 1.005 would be 1.01.
export const percent: Format = (share, significant = 3) =>
  `${everyDigit.format(Number((share * 100).toPrecision(significant)))} %`;
export const milliseconds: Format = (value, significant = 3) =>
  value >= 10_000 ? seconds(value, significant) : `${digits(value, significant)} ms`;
export const seconds: Format = (value, significant = 3) => `${digits(value / 1_000, significant)} s`;
export const microseconds: Format = (value, significant = 3) => `${digits(value, significant)} µs`;
export const kilobytes: Format = (bytes, significant = 3) =>
  bytes >= 1_000_000 ? megabytes(bytes, significant) : `${digits(bytes / 1_000, significant)} kB`;
export const megabytes: Format = (bytes, significant = 3) => `${digits(bytes / 1_000_000, significant)} MB`;
/** A count shows every digit; only a spread of counts, with fewer than three significant digits, is rounded. */
export const whole: Format = (value, significant = 3) =>
  grouped.format(significant < 3 ? Number(Math.round(value).toPrecision(significant)) : Math.round(value));

function digits(value: number, significant: number): string {
  return thousandths.format(Number(value.toPrecision(significant)));
}

/** Three significant digits: a ratio of 1.05 is not 1.1, and an interval of 12.1 to 12.3 not one of 12 to 12. */
export function ratioDigits(value: number): string {
  return threeDigits.format(value);
}

/** Three significant digits down to millionths, for an axis. */
export function axisDigits(value: number): string {
  return millionths.format(Number(value.toPrecision(3)));
}

/** "2,012.35", "3". */
export function atMostHundredths(value: number): string {
  return hundredths.format(value);
}

/** With just so many digits behind the point, and none between thousands. */
export function fixed(value: number, fractionDigits: number): string {
  return value.toFixed(fractionDigits);
}

/** "9.5", "12": tenths only of what is small. */
export function short(value: number, tenthsBelow = 10): string {
  return fixed(value, value < tenthsBelow ? 1 : 0);
}

export function gigabytes(bytes: number, fractionDigits = 1): string {
  return `${fixed(bytes / 1e9, fractionDigits)} GB`;
}

/** "12 %". */
export function wholePercent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** "12.3 %", "1.2 %". */
export function percentTenths(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
}

/** Rounded down, so that 98.99 % never reads as the 99 % it misses. */
export function percentAtLeast(share: number): string {
  return `${Math.floor(share * 1_000) / 10} %`;
}

/** "a second", "every 250 ms", "every 4 s". */
export function formatInterval(interval: number): string {
  return interval === 1_000 ? 'a second' : `every ${interval < 1_000 ? milliseconds(interval) : seconds(interval)}`;
}

/** Megabytes as a whole number, without the unit. */
export function wholeMegabytes(bytes: number): string {
  return whole(bytes / 1_000_000);
}
