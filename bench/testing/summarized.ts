import { type ContenderKey, contenderOf } from '../plan/contenders.ts';
import type { Overrides } from '../plan/resolve-config.ts';
import type { Entry } from '../record/record.ts';
import type { DescribedRun } from '../report/measured-run.ts';
import { summarize } from '../summary/summary.ts';
import { contenderEntries } from './contender-entries.ts';
import { endEntry, runEntry, verdictOf } from './runs.ts';

/** A complete run with every phase and trial of each contender, or with the entries `instead`. */
export function summarizedRun(label: string, overrides: Overrides = {}, instead?: readonly Entry[]): DescribedRun {
  const begin = runEntry(overrides);
  const { contenders, trials } = begin.config;
  const entries = instead ?? contenders.flatMap((contender) => trialsOf(contender, trials));
  return { label, summary: summarize([begin, ...entries, endEntry()]), servers: begin.servers ?? {} };
}

/** Trials in which the event loop holds twice as many clients as its rival. */
function trialsOf(contender: ContenderKey, trials: number): Entry[] {
  const clients = contenderOf(contender).server === 'async' ? 2_000 : 1_000;
  return Array.from({ length: trials }, (_, index) =>
    contenderEntries(contender, {
      connected: [[clients + index], verdictOf('CPU saturated')],
      sending: [[clients / 10], verdictOf('target reached')],
      number: index + 1,
    }),
  ).flat();
}
