import { median, quantileSorted, sampleWithReplacement } from 'simple-statistics';
import { z } from 'zod';
import { type RandomSource, seededRandom } from './random.ts';

/** An interval of 95 % confidence. */
export const intervalSchema = z.object({ low: z.number(), high: z.number() });
export type Interval = z.infer<typeof intervalSchema>;

const confidence = 0.95;
const resamples = 2_000;
/** A fixed seed, so that every reader of a record computes the same intervals. */
const seed = 1;

/**
 * The interval of the median, by the percentile bootstrap: it draws the values again with replacement, many times, and takes
 * the range of 95 % of the medians (Efron and Tibshirani, An Introduction to the Bootstrap, chapter 13). Undefined for fewer
 * than two values, which say nothing about their spread.
 */
export function medianInterval(values: readonly number[]): Interval | undefined {
  if (values.length < 2) return undefined;
  const random = seededRandom(seed);
  return percentiles(() => medianOfDraw(values, random));
}

/** The interval of the ratio of two medians, `values` to `base`. It draws both again. All values are positive. */
export function ratioInterval(values: readonly number[], base: readonly number[]): Interval | undefined {
  if (values.length < 2 || base.length < 2) return undefined;
  const random = seededRandom(seed);
  return percentiles(() => medianOfDraw(values, random) / medianOfDraw(base, random));
}

function medianOfDraw(values: readonly number[], random: RandomSource): number {
  return median(sampleWithReplacement([...values], values.length, random));
}

function percentiles(draw: () => number): Interval {
  const drawn = Array.from({ length: resamples }, draw).sort((a, b) => a - b);
  const beyond = (1 - confidence) / 2;
  return { low: quantileSorted(drawn, beyond), high: quantileSorted(drawn, 1 - beyond) };
}
