import { build, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';

/** One hour, longer than any run; a longer duration counts as this one. */
const longestMicroseconds = 3_600_000_000;
const significantDigits = 3;

/**
 * HDR histogram of durations in whole microseconds, precise to three digits. `encode` returns the standard form (V2,
 * compressed, base64), which can be stored, decoded and added to others.
 */
export class LatencyHistogram {
  readonly #histogram: Histogram = build({
    bitBucketSize: 32,
    // A fixed range: a decoded histogram keeps its range, and ranges that grew differently in two processes could not
    // be added.
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: longestMicroseconds,
    numberOfSignificantValueDigits: significantDigits,
    useWebAssembly: false,
  });

  record(milliseconds: number): void {
    const microseconds = Math.round(milliseconds * 1_000);
    this.#histogram.recordValue(Math.min(Math.max(microseconds, 0), longestMicroseconds));
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  reset(): void {
    this.#histogram.reset();
  }

  /** Value at `percentile`, in milliseconds; 0 when nothing was recorded. */
  milliseconds(percentile: number): number {
    return this.#histogram.getValueAtPercentile(percentile) / 1_000;
  }

  encode(): string {
    return encodeIntoCompressedBase64(this.#histogram);
  }
}
