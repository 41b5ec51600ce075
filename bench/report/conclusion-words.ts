import { type Comparison, leastTrials } from '../stats/verdict.ts';
import { phaseOf } from '../summary/figures/measurements.ts';
import type { Pair } from '../summary/pairs.ts';
import type { Summary } from '../summary/summary.ts';
import { counted, numberWord } from '../text/counted.ts';
import { percent, ratioDigits } from '../text/format.ts';
import type { Judged } from './row-templates.ts';
import { type Advantage, advantageOf } from './verdict-text.ts';
import { valuesIn, whyNone } from './why-none.ts';

/** What the trials of a pair say about one figure, and what a sentence about it needs. */
interface Told<Kind extends Comparison = Comparison> {
  comparison: Kind;
  judged: Judged;
  pair: Pair;
  summary: Summary;
}

type Open = Extract<Comparison, { verdict: 'first' | 'second' | 'equal' | 'open' }>;

/** A sentence without the figure's name and the period. It claims no more than the interval supports. Pure. */
export function tell({ comparison, ...others }: Told): string {
  const { pair, judged, summary } = others;
  if (comparison.verdict === 'none') return `not compared: ${whyNone(comparison.why, judged, pair, summary)}`;
  if (comparison.verdict === 'open') return tellOpen({ comparison, ...others });
  if (comparison.verdict !== 'equal') return tellBetter(comparison, judged, pair);
  const between = summary.pairs.length === 1 ? '' : ` between ${pair.first} and ${pair.second}`;
  return `no practical difference${between} (within ${percent(summary.config.equivalenceMargin)})`;
}

function tellBetter(comparison: Open, judged: Judged, { first, second }: Pair): string {
  const verdict = comparison.verdict === 'first' ? 'first' : 'second';
  const advantage = advantageOf({ ...comparison, verdict }, judged.row.better === 'more');
  const [better, worse] = verdict === 'first' ? [first, second] : [second, first];
  const times = `${ratioDigits(advantage.factor)} times`;
  const range = rangeOf(advantage, judged, comparison.isAtLeast === true);
  if (judged.row.better === 'less') return `${worse} takes ${times} what ${better} takes${range}`;
  const least = comparison.isAtLeast ? 'at least ' : '';
  return `${better} ${verbOf(judged)} ${least}${times} as many as ${worse}${range}`;
}

function verbOf({ row }: Judged): string {
  return row.kind === 'search' ? 'holds' : 'serves';
}

/** A lower bound comes from trials as well, so it has an interval of its own. */
function rangeOf({ low, high }: Advantage, judged: Judged, isAtLeast: boolean): string {
  if (low === high) return ` (the same in every ${trialOf(judged)})`;
  return ` (95 % interval${isAtLeast ? ' of that bound' : ''} ${ratioDigits(low)} to ${ratioDigits(high)})`;
}

function tellOpen({ comparison: { interval, coarseness }, judged, pair, summary }: Told<Open>): string {
  const { first, second } = pair;
  if (coarseness !== undefined) {
    return `brackets of ${percent(coarseness)} are too wide to show a difference between ${first} and ${second}`;
  }
  const [ofFirst, ofSecond] = [
    valuesIn(summary, first, judged.name).length,
    valuesIn(summary, second, judged.name).length,
  ];
  const range =
    interval === undefined
      ? ''
      : ` (ratio of ${second} to ${first} between ${ratioDigits(interval.low)} and ${ratioDigits(interval.high)})`;
  const trials = (count: number) => counted(count, trialOf(judged));
  if (Math.min(ofFirst, ofSecond) < leastTrials) {
    const few =
      ofFirst === ofSecond
        ? trials(ofFirst)
        : `${trials(ofFirst)} of ${first} and ${numberWord(ofSecond)} of ${second}`;
    return `${few} are too few for a verdict, which needs ${numberWord(leastTrials)} of each${range}`;
  }
  const isAcross = interval === undefined || (interval.low <= 1 && interval.high >= 1);
  const question = isAcross
    ? `do not tell ${first} and ${second} apart`
    : `do not show whether ${first} and ${second} differ by more than ${percent(summary.config.equivalenceMargin)}`;
  return `${trials(Math.min(ofFirst, ofSecond))} ${question}${range}`;
}

function trialOf({ row }: Judged): string {
  return phaseOf[row.from] === 'build' ? 'build' : 'trial';
}
