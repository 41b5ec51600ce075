import type { ContenderKey } from '../plan/contenders.ts';
import type { Cause } from '../record/causes.ts';
import type { Entry } from '../record/record.ts';
import { contenderEntries } from './contender-entries.ts';
import { measuredRun } from './pictures.ts';
import { buildEntries, endEntry, memoryEntries, runEntry, searchEntries, verdictOf } from './runs.ts';

export type Trial = [clients: number, cause: Cause];

/** Entries of one search per trial. */
export function searched(phase: 'connected' | 'sending', contender: ContenderKey, trials: readonly Trial[]): Entry[] {
  return trials.flatMap(([clients, cause], index) =>
    searchEntries(phase, contender, [clients], verdictOf(cause), index + 1),
  );
}

export const begin = runEntry({ contenders: 'blocking,async', intervalMs: '1000' });
export const plain = measuredRun([
  begin,
  ...contenderEntries('blocking', {
    connected: [[1_563], verdictOf('memory maps')],
    sending: [[0], verdictOf('CPU saturated')],
  }),
  ...contenderEntries('async', {
    connected: [[17_678], verdictOf('server descriptors')],
    sending: [[7_545], verdictOf('time limit')],
  }),
  endEntry(),
]);

/** The hardest run to draw: four contenders, trials far apart, long causes, and a contender without figures. */
export const crowded = measuredRun(
  [
    runEntry({ contenders: 'async,async,blocking,blocking', intervalMs: '250' }),
    ...searched('connected', 'async', [
      [10_000, 'fleet out of descriptors'],
      [100_000, 'event loop saturated'],
      [60_000, 'event loop saturated'],
    ]),
    ...searched('sending', 'async', [
      [3, 'CPU saturated'],
      [9_000, 'handshake deadline'],
      [0, 'cgroup memory limit'],
    ]),
    ...searched('connected', 'async-2', [
      [0, 'kernel OOM killer'],
      [40, 'thread creation'],
    ]),
    ...searched('connected', 'blocking', [[0, 'unknown']]),
    ...buildEntries('async', [
      [100, 20],
      [900, 30],
      [5_000, 40],
    ]),
    ...buildEntries('blocking-2', [[15_000, 300]]),
    ...memoryEntries('async'),
    endEntry('interrupted'),
  ],
  'Raspberry Pi 4 Model B Rev 1.5, Node 26.10.0, overclocked',
);
