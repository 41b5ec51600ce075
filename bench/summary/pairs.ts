import { z } from 'zod';
import type { Config } from '../plan/config.ts';
import { type ContenderKey, contenderKeySchema } from '../plan/contenders.ts';
import type { PhaseName } from '../plan/names.ts';
import { type Figure, isMeasured } from '../stats/figure.ts';
import { type Better, type Comparison, compareTrials, comparisonSchema } from '../stats/verdict.ts';
import type { ContenderSummary } from './contender-summary.ts';

/**
 * Every figure that servers are compared by, which of two values is the better one, where it is measured, and whether it
 * is the same each time. Not those that each server has at a load of its own, at its knee or with its most clients.
 */
export const compared = {
  compileMilliseconds: { better: 'less', phase: 'build' },
  typeCheckMilliseconds: { better: 'less', phase: 'build' },
  bundleMilliseconds: { better: 'less', phase: 'build' },
  bundleBytes: { better: 'less', phase: 'build', isExact: true },
  bundleGzipBytes: { better: 'less', phase: 'build', isExact: true },
  bundleBrotliBytes: { better: 'less', phase: 'build', isExact: true },
  executableBytes: { better: 'less', phase: 'build', isExact: true },
  idleRssBytes: { better: 'less', phase: 'memory' },
  rssBytes: { better: 'less', phase: 'memory' },
  peakRssBytes: { better: 'less', phase: 'memory' },
  rssBytesPerClient: { better: 'less', phase: 'memory' },
  heapUsedBytes: { better: 'less', phase: 'memory' },
  threads: { better: 'less', phase: 'memory' },
  cpuMicrosecondsPerMessage: { better: 'less', phase: 'memory' },
  latencyP50Milliseconds: { better: 'less', phase: 'memory' },
  latencyP99Milliseconds: { better: 'less', phase: 'memory' },
  latencyMaxMilliseconds: { better: 'less', phase: 'memory' },
  uncorrectedLatencyP50Milliseconds: { better: 'less', phase: 'memory' },
  uncorrectedLatencyP99Milliseconds: { better: 'less', phase: 'memory' },
  maxClientsConnected: { better: 'more', phase: 'connected' },
  maxClientsSending: { better: 'more', phase: 'sending' },
  tlsConnectionsPerSecond: { better: 'more', phase: 'arrivals' },
  httpsRequestsPerSecond: { better: 'more', phase: 'https' },
  httpsRequestsPerSecondReconnecting: { better: 'more', phase: 'https' },
} as const satisfies Partial<Record<keyof ContenderSummary, { better: Better; phase: PhaseName; isExact?: true }>>;

export type ComparedName = keyof typeof compared;
export const isCompared = (name: string): name is ComparedName => Object.hasOwn(compared, name);
export const comparedNames = Object.keys(compared).filter(isCompared);

export const pairSchema = z.object({
  first: contenderKeySchema,
  second: contenderKeySchema,
  /** By the name of the figure. */
  figures: z.record(z.string(), comparisonSchema),
});

export type Pair = z.infer<typeof pairSchema>;

/** Each contender with each that stands after it. Pure. */
export function pairsOf(
  contenders: Partial<Record<ContenderKey, ContenderSummary>>,
  config: Pick<Config, 'contenders' | 'equivalenceMargin' | 'arrivals'>,
): Pair[] {
  return config.contenders.flatMap((first, index) =>
    config.contenders.slice(index + 1).flatMap((second) => {
      const [ofFirst, ofSecond] = [contenders[first], contenders[second]];
      if (ofFirst === undefined || ofSecond === undefined) return [];
      return [{ first, second, figures: comparisons(ofFirst, ofSecond, config) }];
    }),
  );
}

/** Every figure of one contender against the same of another, of the same run or of two that were set up alike. Pure. */
export function comparisons(
  first: ContenderSummary,
  second: ContenderSummary,
  config: Pick<Config, 'equivalenceMargin' | 'arrivals'>,
): Pair['figures'] {
  return Object.fromEntries(
    comparedNames.map((name) => [
      name,
      compareSides(sideOf(first, name, config), sideOf(second, name, config), name, config),
    ]),
  );
}

/** What was found of one contender. */
interface Side {
  values: number[];
  /** It could be better: nothing about the server ended the search. */
  isLowerBound: boolean;
  /** Of what was found, how far above it the truth may lie. */
  resolution: number;
}

function sideOf(contender: ContenderSummary, name: ComparedName, { arrivals }: Pick<Config, 'arrivals'>): Side {
  const figure = contender[name];
  if ('clients' in figure) {
    const { clients, failedClients, isLowerBound } = figure;
    return { values: valuesOf(clients), isLowerBound, resolution: widestBracket(clients, failedClients) };
  }
  const isRate = name === 'tlsConnectionsPerSecond';
  return {
    values: valuesOf(figure),
    isLowerBound: isRate && !contender.tlsConnectionsHaveKnee,
    resolution: isRate ? widestStep(arrivals) : 0,
  };
}

/** Of a search that ran out of time it is wider than what was asked for. */
function widestBracket(held: Figure, failed: Figure): number {
  const [low, high] = [valuesOf(held), valuesOf(failed)];
  // Not every search met a number that was not held, and which did is not told: then no bracket was wider than this.
  if (high.length !== low.length) return Math.max(0, Math.max(...high) / Math.min(...low) - 1);
  return Math.max(0, ...high.map((clients, index) => clients / (low[index] ?? clients) - 1));
}

/** Between two rates of arrivals. */
function widestStep({ ratesPerSecond, growth }: Config['arrivals']): number {
  if (ratesPerSecond.length === 0) return growth - 1;
  const rates = ratesPerSecond.toSorted((a, b) => a - b);
  return Math.max(0, ...rates.slice(1).map((rate, index) => rate / (rates[index] ?? rate) - 1));
}

/** Of a lower bound it can only be told that it is better. */
function compareSides(
  first: Side,
  second: Side,
  name: ComparedName,
  { equivalenceMargin: margin }: Pick<Config, 'equivalenceMargin'>,
): Comparison {
  const { better, isExact = false }: { better: Better; isExact?: boolean } = compared[name];
  const resolution = { first: first.resolution, second: second.resolution };
  const comparison = compareTrials(first.values, second.values, { better, margin, resolution, isExact });
  if (comparison.verdict === 'none' || (!first.isLowerBound && !second.isLowerBound)) return comparison;
  const isAtLeast =
    (comparison.verdict === 'first' && !second.isLowerBound) ||
    (comparison.verdict === 'second' && !first.isLowerBound);
  if (isAtLeast) return { ...comparison, isAtLeast };
  return { verdict: 'none', why: 'what was found is a lower bound' };
}

/** The figure itself; of a search, the clients that were held. */
export function figureIn(contender: ContenderSummary, name: ComparedName): Figure {
  const figure = contender[name];
  return 'clients' in figure ? figure.clients : figure;
}

function valuesOf(figure: Figure): number[] {
  return isMeasured(figure) ? figure.values : [];
}
