import { max, median, min } from 'simple-statistics';
import { z } from 'zod';
import { intervalSchema, medianInterval } from './bootstrap.ts';

/** One figure over the trials of a run. A figure that could not be measured is absent and says why; it is never 0. */
export const figureSchema = z.union([
  z.object({
    median: z.number(),
    min: z.number(),
    max: z.number(),
    /** Of the median, with 95 % confidence; absent of one value. */
    interval: intervalSchema.optional(),
    /** One value a trial, in the order of the trials. */
    values: z.array(z.number()).min(1),
  }),
  z.object({ absent: z.string() }),
]);

export type Figure = z.infer<typeof figureSchema>;
export type Measured = Extract<Figure, { median: number }>;

export function isMeasured(figure: Figure): figure is Measured {
  return 'median' in figure;
}

/** Median, spread and interval of what the trials gave; absent values do not count. */
export function figureOf(values: (number | undefined)[], reasonWhenAbsent: string): Figure {
  const measured = values.filter((value) => value !== undefined);
  if (measured.length === 0) return { absent: reasonWhenAbsent };
  const interval = medianInterval(measured);
  return {
    median: median(measured),
    min: min(measured),
    max: max(measured),
    ...(interval !== undefined && { interval }),
    values: measured,
  };
}

/** Median; undefined of nothing. */
export function medianOf(values: number[]): number | undefined {
  return values.length === 0 ? undefined : median(values);
}
