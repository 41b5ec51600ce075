import { type Comparison, notMeasured } from '../stats/verdict.ts';
import type { Pair } from '../summary/pairs.ts';
import { percent, ratioDigits } from '../text/format.ts';
import type { TableCell } from './cells.ts';
import type { Judged } from './row-templates.ts';

/** Two sets of trials, with their names in a table. */
export interface NamedPair extends Pick<Pair, 'figures'> {
  first: string;
  second: string;
}

type Drawn = Exclude<Comparison, { verdict: 'none' }>;

/** What the trials of a pair show about one figure, in words; empty where a figure is missing, since the row shows that. */
export function verdictCell(
  { first, second, figures }: NamedPair,
  { name, row, as }: Omit<Judged, 'subject'>,
): TableCell {
  const comparison = figures[name];
  if (comparison === undefined) return { text: '' };
  if (comparison.verdict === 'none') {
    return { text: comparison.why === notMeasured ? '' : `not compared: ${comparison.why}` };
  }
  const text = comparisonText(comparison, row.better === 'more', [first, second]);
  const { verdict, ratio } = comparison;
  return {
    text: as === undefined ? text : `${as}: ${text}`,
    // Open ratios are not sorted, because the trials do not support them.
    ...(verdict !== 'open' && { sortBy: Math.max(ratio, 1 / ratio) }),
  };
}

/** @param moreIsBetter a higher value of the figure is better: decides which way round the text gives its ratio */
function comparisonText(comparison: Drawn, moreIsBetter: boolean, names: [string, string]): string {
  const { verdict, interval } = comparison;
  if (verdict === 'equal') return 'no practical difference';
  if (verdict === 'open' && comparison.coarseness !== undefined) {
    return `brackets of ${percent(comparison.coarseness)} are too wide to show a difference`;
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

/** A ratio is the second divided by the first. The advantage of the better one is a number above 1. */
export function advantageOf(
  { verdict, ratio, interval = { low: ratio, high: ratio } }: Drawn & { verdict: 'first' | 'second' },
  moreIsBetter: boolean,
): Advantage {
  const { low, high } = interval;
  const isInverse = (verdict === 'second') !== moreIsBetter;
  return isInverse ? { factor: 1 / ratio, low: 1 / high, high: 1 / low } : { factor: ratio, low, high };
}
