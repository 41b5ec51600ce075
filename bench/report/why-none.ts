import type { Entrant } from '../plan/entrants.ts';
import { type Figure, isMeasured } from '../stats/figure.ts';
import { type ComparedName, compared, figureIn, type Pair } from '../summary/pairs.ts';
import type { Summary } from '../summary/summary.ts';
import { counted, numberWord } from '../text/counted.ts';

/** Why there is no verdict, of whom: absent, nothing, or a lower bound. @param why what the comparison itself says. Pure. */
export function whyNone(why: string, name: ComparedName, { first, second }: Pair, summary: Summary): string {
  const both = [first, second];
  const absent = both.flatMap((entrant) => {
    const figure = figureOfEntrant(summary, entrant, name);
    if (figure === undefined) return [`${entrant} was not measured`];
    return isMeasured(figure) ? [] : [`${entrant} was not measured (${figure.absent})`];
  });
  const zeros = both.flatMap((entrant) => {
    const values = valuesIn(summary, entrant, name);
    const none = values.filter((value) => value <= 0).length;
    return none === 0 ? [] : [`${entrant} ${nothingOf(name)} in ${shareOf(none, values.length)}`];
  });
  const bounds = both.filter((entrant) => isLowerBound(summary, entrant, name));
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

export function valuesIn(summary: Summary, entrant: Entrant, name: ComparedName): number[] {
  const figure = figureOfEntrant(summary, entrant, name);
  return figure !== undefined && isMeasured(figure) ? figure.values : [];
}

function figureOfEntrant({ contenders }: Summary, entrant: Entrant, name: ComparedName): Figure | undefined {
  const contender = contenders[entrant];
  return contender && figureIn(contender, name);
}

function isLowerBound({ contenders }: Summary, entrant: Entrant, name: ComparedName): boolean {
  const contender = contenders[entrant];
  if (contender === undefined) return false;
  if (name === 'tlsConnectionsPerSecond') return !contender.tlsConnectionsHaveKnee;
  const figure = contender[name];
  return 'isLowerBound' in figure && figure.isLowerBound;
}
