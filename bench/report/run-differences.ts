import { machines } from './machines.ts';
import type { SummarizedRun } from './measured-run.ts';

/** Differences between runs, besides their figures, that make the figures hard to compare: one sentence each. Pure. */
export function runDifferences(runs: readonly SummarizedRun[]): string[] {
  const summaries = runs.map(({ summary }) => summary);
  const differ = (read: (summary: SummarizedRun['summary']) => unknown) => {
    // A record without the value counts as equal.
    const known = summaries.map(read).filter((value) => value !== undefined);
    return new Set(known.map((value) => JSON.stringify(value))).size > 1;
  };
  const differences: [isPresent: boolean, sentence: string][] = [
    [differ((summary) => machines(summary)), 'The runs used different machines, or different software on them.'],
    [
      differ(({ machines: known }) => known?.server.pageBytes),
      'The machines have memory pages of different sizes: their resident sets cannot be compared.',
    ],
    [
      differ(({ isSameMachine }) => isSameMachine),
      'In some runs the fleet shared the machine of the servers, in others it did not.',
    ],
    [differ(({ environment }) => environment.node), 'The runs used different versions of Node.'],
    [differ(({ environment }) => environment.commit), 'The runs used different commits of the suite.'],
    [differ(({ config }) => config.cipher), 'The runs used different ciphers.'],
    [differ(({ config }) => config.profile), 'The runs used different profiles: some measured longer than others.'],
  ];
  return differences.flatMap(([isPresent, sentence]) => (isPresent ? [sentence] : []));
}
