import { build, decodeFromCompressedBase64, type Histogram } from 'hdr-histogram-js';

/** Quantiles of times. All in milliseconds. */
export interface Quantiles {
  count: number;
  p50Milliseconds: number;
  p99Milliseconds: number;
  maxMilliseconds: number;
}

/**
 * Adds up histograms of microseconds as fleet processes encode them. `undefined` when they hold nothing: a quantile
 * of nothing is not 0.
 */
export function mergeQuantiles(encoded: string[]): Quantiles | undefined {
  const sum: Histogram = build({ bitBucketSize: 64, autoResize: true, numberOfSignificantValueDigits: 3 });
  for (const text of encoded) sum.add(decodeFromCompressedBase64(text));
  if (sum.totalCount === 0) return undefined;
  return {
    count: sum.totalCount,
    p50Milliseconds: sum.getValueAtPercentile(50) / 1_000,
    p99Milliseconds: sum.getValueAtPercentile(99) / 1_000,
    maxMilliseconds: sum.maxValue / 1_000,
  };
}
