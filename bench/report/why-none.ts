import type { ContenderKey } from '../plan/contenders.ts';
import { type Figure, isMeasured } from '../stats/figure.ts';
import { figureIn, isLowerBound } from '../summary/figures/figure-row.ts';
import type { Pair } from '../summary/pairs.ts';
import type { Summary } from '../summary/summary.ts';
import { counted, numberWord } from '../text/counted.ts';
import type { Judged } from './row-templates.ts';

/**
 * Why a pair has no verdict: a figure of one of them is absent, zero or a lower bound. Pure.
 *
 * @param why the reason of the comparison itself, which names no contender
 */
export function whyNone(why: string, judged: Judged, { first, second }: Pair, summary: Summary): string {
  const { name, row } = judged;
  const both = [first, second];
  const absent = both.flatMap((key) => {
    const figure = figureOfContender(summary, key, name);
    if (figure === undefined) return [`${key} was not measured`];
    return isMeasured(figure) ? [] : [`${key} was not measured (${figure.absent})`];
  });
  const zeros = both.flatMap((key) => {
    const values = valuesIn(summary, key, name);
    const none = values.filter((value) => value <= 0).length;
    return none === 0 ? [] : [`${key} ${nothingOf(judged)} in ${shareOf(none, values.length)}`];
  });
  const bounds = both.filter((key) => {
    const contender = summary.contenders[key];
    return contender !== undefined && isLowerBound(contender, name, row);
  });
  if (absent.length > 0) return absent.join(', ');
  if (zeros.length > 0) return zeros.join(', ');
  return bounds.length === 0 ? why : tellLowerBounds(bounds);
}

/** "the figures for blocking and async are lower bounds". */
export function tellLowerBounds(keys: readonly ContenderKey[]): string {
  return keys.length === 1
    ? `the figure for ${keys[0]} is a lower bound`
    : `the figures for ${keys.join(' and ')} are lower bounds`;
}

/** "three of four trials", "all three trials", "its one trial". */
function shareOf(some: number, all: number): string {
  if (some < all) return `${numberWord(some)} of ${counted(all, 'trial')}`;
  return all === 1 ? 'its one trial' : `all ${counted(all, 'trial')}`;
}

function nothingOf({ row }: Judged): string {
  return row.kind === 'search' ? 'held none' : 'gave no measurable value';
}

export function valuesIn(summary: Summary, key: ContenderKey, name: string): number[] {
  const figure = figureOfContender(summary, key, name);
  return figure !== undefined && isMeasured(figure) ? figure.values : [];
}

function figureOfContender({ contenders }: Summary, key: ContenderKey, name: string): Figure | undefined {
  const contender = contenders[key];
  return contender && figureIn(contender, name);
}
