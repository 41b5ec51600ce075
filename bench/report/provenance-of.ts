import type { SummarizedRun } from './measured-run.ts';
import { provenance } from './provenance.ts';

/** Lines below a table, with the label of the run where there are several runs. */
export interface Provenance {
  title?: string;
  lines: string[];
}

/** Where the numbers are from. Lines that several runs have in common stand once. Pure. */
export function provenanceOf(runs: readonly SummarizedRun[]): Provenance[] {
  return byRun(runs, ({ summary }) => provenance(summary));
}

/** The lines of each run. Lines that all runs have stand once, first. Pure. */
export function byRun(runs: readonly SummarizedRun[], linesOf: (run: SummarizedRun) => string[]): Provenance[] {
  const all = runs.map((run) => ({ title: run.label, lines: linesOf(run) }));
  const [first, ...others] = all;
  if (first === undefined) return [];
  if (others.length === 0) return first.lines.length === 0 ? [] : [{ lines: first.lines }];
  const common = first.lines.filter((line) => others.every(({ lines }) => lines.includes(line)));
  const own = all.map(({ title, lines }) => ({ title, lines: lines.filter((line) => !common.includes(line)) }));
  return [{ title: 'All runs', lines: common }, ...own].filter(({ lines }) => lines.length > 0);
}
