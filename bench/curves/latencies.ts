import { type Histogram, JsHistogram } from 'hdr-histogram-js';
import type { FleetWindow } from '../../clients/contract.ts';
import type { ContenderKey } from '../plan/contenders.ts';
import { completeTrials, ofType } from '../record/entries.ts';
import type { Entry } from '../record/record.ts';
import { mergeHistograms } from '../stats/histogram.ts';
import type { LatencyCurve, LatencyPoint } from './points.ts';

/** The latency curve of every contender with timed messages in a complete memory trial. Pure. */
export function latencies(entries: readonly Entry[], contenders: readonly ContenderKey[]): LatencyCurve[] {
  return contenders.flatMap((contender) => {
    const windows = memoryWindows(entries, contender);
    const corrected = mergeHistograms(windows.map((window) => window.correctedMicroseconds));
    if (corrected === undefined) return [];
    const uncorrected = mergeHistograms(windows.map((window) => window.uncorrectedMicroseconds));
    return [
      {
        contender,
        count: corrected.totalCount,
        corrected: percentiles(corrected),
        uncorrectedCount: uncorrected?.totalCount ?? 0,
        uncorrected: uncorrected === undefined ? [] : percentiles(uncorrected),
      },
    ];
  });
}

/** Latencies since messages were due, in microseconds: all complete memory trials of a contender together. Pure. */
export function latencyHistogram(entries: readonly Entry[], contender: ContenderKey): Histogram | undefined {
  return mergeHistograms(memoryWindows(entries, contender).map((window) => window.correctedMicroseconds));
}

function memoryWindows(entries: readonly Entry[], contender: ContenderKey): FleetWindow[] {
  const complete = completeTrials(entries);
  const trials = new Set(
    ofType(entries, 'trial')
      .filter((entry) => entry.phase === 'memory' && entry.contender === contender && complete.has(entry.trial))
      .map(({ trial }) => trial),
  );
  return ofType(entries, 'fleet').flatMap(({ trial, line }) =>
    line.type === 'window' && trials.has(trial) ? [line] : [],
  );
}

/** Points per halving of the distance to 100 %, as in HdrHistogram's own prints. */
const ticksPerHalfDistance = 5;

function percentiles(histogram: Histogram): LatencyPoint[] {
  const points: LatencyPoint[] = [];
  // The other kind of histogram, in WebAssembly, is made only on request.
  if (!(histogram instanceof JsHistogram)) return points;
  const iterator = histogram.percentileIterator;
  iterator.reset(ticksPerHalfDistance);
  while (iterator.hasNext()) {
    const { percentileLevelIteratedTo, valueIteratedTo } = iterator.next();
    points.push({ percentile: percentileLevelIteratedTo, milliseconds: valueIteratedTo / 1_000 });
  }
  return points;
}
