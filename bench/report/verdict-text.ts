import { type Comparison, notOfBoth } from '../stats/verdict.ts';
import type { Pair } from '../summary/pairs.ts';
import { percent, ratioDigits } from '../text/format.ts';
import type { TableCell } from './cells.ts';
import type { Judged } from './row-templates.ts';

/** Two sets of trials, by the names that they have in a table. */
export interface NamedPair extends Pick<Pair, 'figures'> {
  first: string;
  second: string;
}

type Drawn = Exclude<Comparison, { verdict: 'none' }>;

/** What the trials of a pair bear out about one figure, in words; empty where there is nothing to compare, as the row says. */
export function verdictCell(
  { first, second, figures }: NamedPair,
  { name, row, as }: Omit<Judged, 'subject'>,
): TableCell {
  const comparison = figures[name];
  if (comparison === undefined) return { text: '' };
  if (comparison.verdict === 'none') {
    return { text: comparison.why === notOfBoth ? '' : `not compared: ${comparison.why}` };
  }
  const text = comparisonText(comparison, row.better === 'more', [first, second]);
  const { verdict, ratio } = comparison;
  return {
    text: as === undefined ? text : `${as}: ${text}`,
    // A ratio that the trials do not bear out has no place in an order.
    ...(verdict !== 'open' && { sortBy: Math.max(ratio, 1 / ratio) }),
  };
}

/** @param moreIsBetter of the figure; decides which way its ratio is told. */
function comparisonText(comparison: Drawn, moreIsBetter: boolean, names: [string, string]): string {
  const { verdict, interval } = comparison;
  if (verdict === 'equal') return 'no practical difference';
  if (verdict === 'open' && comparison.coarseness !== undefined) {
    return `no difference that searches in steps of ${percent(comparison.coarseness)} could show`;
  }
  if (verdict === 'open') {
    return interval === undefined
      ? 'not enough trials to say'
      : `not enough trials to say (${names[1]}/${names[0]} ${ratioDigits(interval.low)}–${ratioDigits(interval.high)})`;
  }
  const { factor, low, high } = advantageOf({ ...comparison, verdict }, moreIsBetter);
  const range = low === high ? '' : ` (${ratioDigits(low)}–${ratioDigits(high)})`;
  const name = verdict === 'first' ? names[0] : names[1];
  return `${name} ${comparison.isAtLeast ? '≥ ' : ''}${ratioDigits(factor)}× better${range}`;
}

export interface Advantage {
  factor: number;
  low: number;
  high: number;
}

/** A ratio is of the second by the first; the better one's advantage is told as a number above 1. */
export function advantageOf(
  { verdict, ratio, interval = { low: ratio, high: ratio } }: Drawn & { verdict: 'first' | 'second' },
  moreIsBetter: boolean,
): Advantage {
  const { low, high } = interval;
  const isInverse = (verdict === 'second') !== moreIsBetter;
  return isInverse ? { factor: 1 / ratio, low: 1 / high, high: 1 / low } : { factor: ratio, low, high };
}
