import type { ContenderKey } from '../plan/contenders.ts';
import { type Figure, isMeasured } from '../stats/figure.ts';
import { type ComparedName, compared, figureIn, type Pair } from '../summary/pairs.ts';
import type { Summary } from '../summary/summary.ts';
import { counted, numberWord } from '../text/counted.ts';

/** Why there is no verdict, of whom: absent, nothing, or a lower bound. @param why what the comparison itself says. Pure. */
export function whyNone(why: string, name: ComparedName, { first, second }: Pair, summary: Summary): string {
  const both = [first, second];
  const absent = both.flatMap((key) => {
    const figure = figureOfContender(summary, key, name);
    if (figure === undefined) return [`${key} was not measured`];
    return isMeasured(figure) ? [] : [`${key} was not measured (${figure.absent})`];
  });
  const zeros = both.flatMap((key) => {
    const values = valuesIn(summary, key, name);
    const none = values.filter((value) => value <= 0).length;
    return none === 0 ? [] : [`${key} ${nothingOf(name)} in ${shareOf(none, values.length)}`];
  });
  const bounds = both.filter((key) => isLowerBound(summary, key, name));
  if (absent.length > 0) return absent.join(', ');
  if (zeros.length > 0) return zeros.join(', ');
  return bounds.length === 0 ? why : `what was found of ${bounds.join(' and ')} is a lower bound`;
}

/** "three of four trials", "all three trials", "its one trial". */
function shareOf(some: number, all: number): string {
  if (some < all) return `${numberWord(some)} of ${counted(all, 'trial')}`;
  return all === 1 ? 'its one trial' : `all ${counted(all, 'trial')}`;
}

function nothingOf(name: ComparedName): string {
  const { phase } = compared[name];
  return phase === 'connected' || phase === 'sending' ? 'held none' : 'took nothing that could be measured';
}

export function valuesIn(summary: Summary, key: ContenderKey, name: ComparedName): number[] {
  const figure = figureOfContender(summary, key, name);
  return figure !== undefined && isMeasured(figure) ? figure.values : [];
}

function figureOfContender({ contenders }: Summary, key: ContenderKey, name: ComparedName): Figure | undefined {
  const contender = contenders[key];
  return contender && figureIn(contender, name);
}

function isLowerBound({ contenders }: Summary, key: ContenderKey, name: ComparedName): boolean {
  const contender = contenders[key];
  if (contender === undefined) return false;
  if (name === 'tlsConnectionsPerSecond') return !contender.tlsConnectionsHaveKnee;
  const figure = contender[name];
  return 'isLowerBound' in figure && figure.isLowerBound;
}
