import type { Histogram } from 'hdr-histogram-js';

/** Microseconds in a millisecond. */
const scaling = 1_000;

/** Percentiles, in milliseconds, of a histogram in microseconds: the text that plotters of HdrHistogram read (".hgrm"). Pure. */
export function renderHgrm(histogram: Histogram): string {
  return histogram.outputPercentileDistribution(undefined, scaling);
}
