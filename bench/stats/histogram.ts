import { decodeFromCompressedBase64, type Histogram } from 'hdr-histogram-js';
import { BenchError, messageOf } from '../errors.ts';

/** Quantiles of times, in milliseconds. */
export interface Quantiles {
  count: number;
  p50Milliseconds: number;
  p99Milliseconds: number;
  maxMilliseconds: number;
  meanMilliseconds: number;
}

/**
 * Quantiles of all histograms together, which fleet processes encode in microseconds. Undefined when they are empty, because
 * a quantile of no values is not 0.
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

/** The sum of all histograms, in microseconds; undefined when they are empty. @throws BenchError RECORD_UNREADABLE */
export function mergeHistograms(encoded: string[]): Histogram | undefined {
  try {
    // The sum starts from a decoded histogram, which has the range of its recording. A new one might have another range.
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
