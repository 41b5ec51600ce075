import { type ComparedName, compared, type Pair } from '../pairs.ts';
import { type Comparison, notOfBoth } from '../stats/verdict.ts';

/** Two sets of trials, by the names that they have in a table. */
export interface NamedPair extends Pick<Pair, 'figures'> {
  first: string;
  second: string;
}

type Drawn = Exclude<Comparison, { verdict: 'none' }>;

/** What the trials of a pair bear out about one figure, in words; empty where there is nothing to compare, as the row says. */
export function verdictText({ first, second, figures }: NamedPair, name: ComparedName, of?: string): string {
  const comparison = figures[name];
  if (comparison === undefined) return '';
  if (comparison.verdict === 'none') return comparison.why === notOfBoth ? '' : `not compared: ${comparison.why}`;
  const text = comparisonText(comparison, compared[name].better === 'more', [first, second]);
  return of === undefined ? text : `${of}: ${text}`;
}

/** @param moreIsBetter of the figure; decides which way its ratio is told. */
export function comparisonText(comparison: Drawn, moreIsBetter: boolean, names: [string, string]): string {
  const { verdict, interval } = comparison;
  if (verdict === 'equal') return 'no practical difference';
  if (verdict === 'open' && comparison.coarseness !== undefined) {
    return `no difference that searches in steps of ${Number((comparison.coarseness * 100).toPrecision(3))} % could show`;
  }
  if (verdict === 'open') {
    return interval === undefined
      ? 'not enough trials to say'
      : `not enough trials to say (ratio ${digits(interval.low)}–${digits(interval.high)})`;
  }
  // A ratio is of the second by the first; the better one's advantage is told as a number above 1.
  const isInverse = (verdict === 'second') !== moreIsBetter;
  const factor = (ratio: number) => digits(isInverse ? 1 / ratio : ratio);
  const ends = interval === undefined || interval.low === interval.high ? [] : [interval.low, interval.high];
  const range = (isInverse ? ends.toReversed() : ends).map(factor).join('–');
  const name = verdict === 'first' ? names[0] : names[1];
  return `${name} ${comparison.isAtLeast ? '≥ ' : ''}${factor(comparison.ratio)}× better${range === '' ? '' : ` (${range})`}`;
}

/** Three significant digits below ten: a ratio of 1.05 is not 1.1. */
function digits(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: value < 10 ? 3 : 2 });
}
