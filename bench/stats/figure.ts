import { max, median, min } from 'simple-statistics';
import { z } from 'zod';
import { intervalSchema, medianInterval } from './bootstrap.ts';

/** One figure over the trials of a run. A figure that could not be measured is absent with a reason, and never 0. */
export const figureSchema = z.union([
  z.object({
    median: z.number(),
    min: z.number(),
    max: z.number(),
    /** The interval of the median, with 95 % confidence; absent for one value. */
    interval: intervalSchema.optional(),
    /** One value per trial, in the order of the trials. */
    values: z.array(z.number()).min(1),
  }),
  z.object({ absent: z.string() }),
]);

export type Figure = z.infer<typeof figureSchema>;
export type Measured = Extract<Figure, { median: number }>;

export function isMeasured(figure: Figure): figure is Measured {
  return 'median' in figure;
}

/** Median, spread and interval of the values of the trials. Undefined values do not count. */
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

/** The median; undefined for an empty list. */
export function medianOf(values: number[]): number | undefined {
  return values.length === 0 ? undefined : median(values);
}
