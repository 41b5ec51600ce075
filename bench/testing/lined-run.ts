import type { Entry } from '../record/record.ts';
import { measuredRun } from './pictures.ts';
import { rampEntries, rampStep } from './ramp-entries.ts';
import { memoryEntries, runEntry, verdictOf } from './runs.ts';
import { fleetWindow, histogramOf } from './samples.ts';

/** Latencies from 1 to 2,000 ms. */
const window = fleetWindow({
  correctedMicroseconds: histogramOf(...Array.from({ length: 2_000 }, (_, index) => (index + 1) * 1_000)),
  uncorrectedMicroseconds: histogramOf(...Array.from({ length: 1_990 }, (_, index) => (index + 1) * 500)),
});
const memory = (contender: 'async' | 'blocking') =>
  memoryEntries(contender)
    .filter((entry) => entry.type !== 'fleet' || entry.process === 0)
    .map((entry): Entry => (entry.type === 'fleet' ? { ...entry, line: window } : entry));

const seconds = Array.from({ length: 60 }, (_, index) => ({
  at: 1_000 + index * 1_000,
  clients: index * 100,
  rssBytes: 100e6 + index * 20e6,
  messages: index * index * 50,
}));
const steps = new Map([
  [20, rampStep(2_000)],
  [21, rampStep(2_100, 'void')],
  [59, rampStep(5_900, 'failed')],
]);
const judged = seconds.map((second, index) => {
  const step = steps.get(index);
  return step === undefined ? second : { ...second, step };
});
const begin = runEntry({ contenders: 'blocking,async' });
const entries: Entry[] = [
  begin,
  ...memory('blocking'),
  ...memory('async'),
  ...rampEntries(seconds),
  ...rampEntries(judged, { phase: 'sending', stop: verdictOf('event loop saturated') }),
  ...rampEntries(
    [
      { at: 1_000, clients: 0, rssBytes: 60e6 },
      { at: 2_000, clients: 10, rssBytes: 200e6, step: rampStep(10) },
      { at: 3_000, clients: 40, rssBytes: 1.2e9, step: rampStep(100, 'failed') },
    ],
    { contender: 'blocking', stop: verdictOf('memory maps') },
  ),
];
/** A run with the data of all line charts: ramps with a sample per second, and two thousand latencies. */
export const lined = measuredRun(entries);
export const linedAs = (label: string) => measuredRun(entries, label);
