import type { Entrant } from '../plan/entrants.ts';
import type { Overrides } from '../plan/resolve-config.ts';
import type { Entry } from '../record/record.ts';
import type { SummarizedRun } from '../report/measured-run.ts';
import { summarize } from '../summary/summary.ts';
import { contenderEntries } from './contender-entries.ts';
import { endEntry, runEntry, verdictOf } from './runs.ts';

/** A complete run with every phase and trial of each contender, or with the entries `instead`. */
export function summarizedRun(label: string, overrides: Overrides = {}, instead?: readonly Entry[]): SummarizedRun {
  const begin = runEntry(overrides);
  const { contenders, trials } = begin.config;
  const entries = instead ?? contenders.flatMap((contender) => trialsOf(contender, trials));
  return { label, summary: summarize([begin, ...entries, endEntry()]) };
}

/** Trials in which the event loop holds twice as many clients as its rival. */
function trialsOf(contender: Entrant, trials: number): Entry[] {
  const clients = contender.startsWith('async') ? 2_000 : 1_000;
  return Array.from({ length: trials }, (_, index) =>
    contenderEntries(contender, {
      connected: [[clients + index], verdictOf('CPU saturated')],
      sending: [[clients / 10], verdictOf('target reached')],
      number: index + 1,
    }),
  ).flat();
}
