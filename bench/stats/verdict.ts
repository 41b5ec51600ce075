import { median } from 'simple-statistics';
import { z } from 'zod';
import { type Interval, intervalSchema, ratioInterval } from './bootstrap.ts';

/** Which of two figures is the better one. */
export type Better = 'less' | 'more';

export const comparisonSchema = z.discriminatedUnion('verdict', [
  z.object({
    /** `equal`: the interval lies within the margin. `first`, `second`: it lies beyond, and this one is better. */
    verdict: z.enum(['equal', 'first', 'second', 'open']),
    /** The median of the second divided by the median of the first. */
    ratio: z.number(),
    interval: intervalSchema.optional(),
    /** The better one could be better still, because its figure is a lower bound. */
    isAtLeast: z.literal(true).optional(),
    /** The brackets of the searches, this share wide, are all that keeps the two from being called equal. */
    coarseness: z.number().optional(),
  }),
  z.object({ verdict: z.literal('none'), why: z.string() }),
]);

export type Comparison = z.infer<typeof comparisonSchema>;

/** Why a figure is not compared when one of the two contenders, or both, lack it. */
export const notMeasured = 'at least one of them was not measured';

/**
 * Fewer trials would call two equal servers different too often: with three noisy trials each, all of one lie below all of
 * the other in one case of ten.
 */
export const leastTrials = 4;

export interface Question {
  better: Better;
  /** Ratios from 1 / (1 + margin) to 1 + margin make no practical difference. */
  margin: number;
  /** How far the truth may lie above the figure of each, as a share: the bracket of a search. */
  resolution?: { first: number; second: number };
  /** The figure has no noise, so that one measurement is enough. */
  isExact?: boolean;
}

/** What the trials of two contenders say about one figure. Pure. */
export function compareTrials(
  first: readonly number[],
  second: readonly number[],
  { better, margin, resolution = { first: 0, second: 0 }, isExact = false }: Question,
): Comparison {
  if (first.length === 0 || second.length === 0) return { verdict: 'none', why: notMeasured };
  if (Math.min(...first, ...second) <= 0) return { verdict: 'none', why: 'one of them was 0 in a trial' };
  const ratio = median([...second]) / median([...first]);
  if (isExact && new Set(first).size === 1 && new Set(second).size === 1) {
    const interval = { low: ratio, high: ratio };
    return { verdict: decide(interval, margin, better), ratio, interval };
  }
  const drawn = ratioInterval(second, first);
  if (drawn === undefined) return { verdict: 'open', ratio };
  const interval = { low: drawn.low / (1 + resolution.first), high: drawn.high * (1 + resolution.second) };
  if (Math.min(first.length, second.length) < leastTrials) return { verdict: 'open', ratio, interval };
  const verdict = decide(interval, margin, better);
  const isCoarse = verdict === 'open' && decide(drawn, margin, better) === 'equal';
  return { verdict, ratio, interval, ...(isCoarse && { coarseness: Math.max(resolution.first, resolution.second) }) };
}

function decide({ low, high }: Interval, margin: number, better: Better): 'equal' | 'first' | 'second' | 'open' {
  const most = 1 + margin;
  if (low >= 1 / most && high <= most) return 'equal';
  if (low > most) return better === 'more' ? 'second' : 'first';
  if (high < 1 / most) return better === 'more' ? 'first' : 'second';
  return 'open';
}
