import { decodeFromCompressedBase64, type Histogram } from 'hdr-histogram-js';
import { BenchError, messageOf } from '../errors.ts';

/** Quantiles of times. All in milliseconds. */
export interface Quantiles {
  count: number;
  p50Milliseconds: number;
  p99Milliseconds: number;
  maxMilliseconds: number;
  meanMilliseconds: number;
}

/**
 * Adds up histograms of microseconds as fleet processes encode them. `undefined` when they hold nothing: a quantile
 * of nothing is not 0.
 */
export function mergeQuantiles(encoded: string[]): Quantiles | undefined {
  const sum = mergeHistograms(encoded);
  if (sum === undefined) return undefined;
  return {
    count: sum.totalCount,
    p50Milliseconds: sum.getValueAtPercentile(50) / 1_000,
    p99Milliseconds: sum.getValueAtPercentile(99) / 1_000,
    maxMilliseconds: sum.maxValue / 1_000,
    meanMilliseconds: sum.mean / 1_000,
  };
}

/** The same, whole: still in microseconds. @throws BenchError RECORD_UNREADABLE */
export function mergeHistograms(encoded: string[]): Histogram | undefined {
  try {
    // Added to each other: a decoded histogram keeps the range it was recorded with, which another might not have.
    const [sum, ...others] = encoded.map((text) => decodeFromCompressedBase64(text));
    if (sum === undefined) return undefined;
    for (const other of others) sum.add(other);
    return sum.totalCount === 0 ? undefined : sum;
  } catch (error) {
    const why = messageOf(error);
    throw new BenchError(
      'RECORD_UNREADABLE',
      `a histogram of the fleet cannot be read (${why}): take the record from a copy, or measure again`,
    );
  }
}
