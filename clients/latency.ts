import { build, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';

/** Longer than any run; a longer wait is counted as this one. */
const longestMicroseconds = 3_600_000_000;
const significantDigits = 3;

/**
 * Durations as an HDR histogram of whole microseconds, exact to three digits. `encode` gives the standard form (V2,
 * compressed, base64), which can be decoded, added to others and kept.
 */
export class LatencyHistogram {
  readonly #histogram: Histogram = build({
    bitBucketSize: 32,
    // Not grown as needed: a decoded histogram keeps its range, and those of two processes could not be added.
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

  /** 0 when nothing was recorded. */
  milliseconds(percentile: number): number {
    return this.#histogram.getValueAtPercentile(percentile) / 1_000;
  }

  encode(): string {
    return encodeIntoCompressedBase64(this.#histogram);
  }
}
