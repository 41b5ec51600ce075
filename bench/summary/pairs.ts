import { z } from 'zod';
import type { Config } from '../plan/config.ts';
import { type ContenderKey, contenderKeySchema } from '../plan/contenders.ts';
import { type Figure, isMeasured } from '../stats/figure.ts';
import { type Comparison, compareTrials, comparisonSchema } from '../stats/verdict.ts';
import {
  type AnyContender,
  type ComparedRow,
  type FigureTable,
  type Found,
  figureIn,
  isLowerBound,
  isSearch,
} from './figures/figure-row.ts';
import { comparedIn, figures } from './figures/figures.ts';

export const pairSchema = z.object({
  first: contenderKeySchema,
  second: contenderKeySchema,
  /** By the name of the figure. */
  figures: z.record(z.string(), comparisonSchema),
});

export type Pair = z.infer<typeof pairSchema>;
type ComparingPlan = Pick<Config, 'equivalenceMargin' | 'arrivals'>;

/** Each contender paired with each one after it. Pure. */
export function pairsOf(
  contenders: Partial<Record<ContenderKey, AnyContender>>,
  config: ComparingPlan & Pick<Config, 'contenders'>,
  table: FigureTable = figures,
): Pair[] {
  return config.contenders.flatMap((first, index) =>
    config.contenders.slice(index + 1).flatMap((second) => {
      const [ofFirst, ofSecond] = [contenders[first], contenders[second]];
      if (ofFirst === undefined || ofSecond === undefined) return [];
      return [{ first, second, figures: comparisons(ofFirst, ofSecond, config, table) }];
    }),
  );
}

/** Compares every figure of two contenders, from one run or from two runs with the same plan. Pure. */
export function comparisons(
  first: AnyContender,
  second: AnyContender,
  config: ComparingPlan,
  table: FigureTable = figures,
): Pair['figures'] {
  return Object.fromEntries(
    comparedIn(table).map(([name, row]) => {
      const [one, other] = [sideOf(first, name, row, config), sideOf(second, name, row, config)];
      return [name, compareSides(one, other, row, config)];
    }),
  );
}

/** One figure of one contender. */
interface Side {
  values: number[];
  /** The figure could be higher, because the server did not end the search. */
  isLowerBound: boolean;
  /** How far the truth may lie above the figure, as a share. */
  resolution: number;
}

function sideOf(contender: AnyContender, name: string, row: ComparedRow, { arrivals }: ComparingPlan): Side {
  return {
    values: valuesOf(figureIn(contender, name)),
    isLowerBound: isLowerBound(contender, name, row),
    resolution: resolutionOf(contender[name], row, arrivals),
  };
}

function resolutionOf(found: Found | undefined, row: ComparedRow, arrivals: Config['arrivals']): number {
  if (isSearch(found)) return widestBracket(found.clients, found.failedClients);
  return row.kind === undefined && row.knee !== undefined ? widestStep(arrivals) : 0;
}

/** The widest bracket of the searches, as a share. A search that ran out of time leaves a wide one. */
function widestBracket(held: Figure, failed: Figure): number {
  const [low, high] = [valuesOf(held), valuesOf(failed)];
  // Some searches met no number that was not held, and the figure does not say which. No bracket is wider than this.
  if (high.length !== low.length) return Math.max(0, Math.max(...high) / Math.min(...low) - 1);
  return Math.max(0, ...high.map((clients, index) => clients / (low[index] ?? clients) - 1));
}

/** The widest step between two rates of arrivals, as a share. */
function widestStep({ ratesPerSecond, growth }: Config['arrivals']): number {
  if (ratesPerSecond.length === 0) return growth - 1;
  const rates = ratesPerSecond.toSorted((a, b) => a - b);
  return Math.max(0, ...rates.slice(1).map((rate, index) => rate / (rates[index] ?? rate) - 1));
}

/** A lower bound can only show that its contender is better. */
function compareSides(
  first: Side,
  second: Side,
  row: ComparedRow,
  { equivalenceMargin: margin }: ComparingPlan,
): Comparison {
  const isExact = row.kind === undefined && row.isExact === true;
  const { better } = row;
  const resolution = { first: first.resolution, second: second.resolution };
  const comparison = compareTrials(first.values, second.values, { better, margin, resolution, isExact });
  if (comparison.verdict === 'none' || (!first.isLowerBound && !second.isLowerBound)) return comparison;
  const isAtLeast =
    (comparison.verdict === 'first' && !second.isLowerBound) ||
    (comparison.verdict === 'second' && !first.isLowerBound);
  if (isAtLeast) return { ...comparison, isAtLeast };
  return { verdict: 'none', why: 'a figure is only a lower bound' };
}

function valuesOf(figure: Figure): number[] {
  return isMeasured(figure) ? figure.values : [];
}
