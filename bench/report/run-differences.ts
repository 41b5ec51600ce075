import { machines } from './machines.ts';
import type { SummarizedRun } from './measured-run.ts';

/** What keeps figures of several runs from being compared as if nothing else had changed, a sentence each. Pure. */
export function runDifferences(runs: readonly SummarizedRun[]): string[] {
  const summaries = runs.map(({ summary }) => summary);
  const differ = (read: (summary: SummarizedRun['summary']) => unknown) => {
    // A record that does not tell differs in nothing.
    const known = summaries.map(read).filter((value) => value !== undefined);
    return new Set(known.map((value) => JSON.stringify(value))).size > 1;
  };
  const rules: [isSo: boolean, sentence: string][] = [
    [differ((summary) => machines(summary)), 'The runs are of different machines, or of different software on them.'],
    [
      differ(({ machines: known }) => known?.server.pageBytes),
      'The machines have memory pages of different sizes: their resident sets do not compare.',
    ],
    [
      differ(({ isSameMachine }) => isSameMachine),
      'In some of the runs the fleet shared the machine of the servers, in others it did not.',
    ],
    [differ(({ environment }) => environment.node), 'The runs are of different versions of Node.'],
    [differ(({ environment }) => environment.commit), 'The runs are of different commits of the suite.'],
    [differ(({ config }) => config.cipher), 'The runs used different ciphers.'],
    [differ(({ config }) => config.profile), 'The runs are of different profiles: some looked longer than others.'],
  ];
  return rules.flatMap(([isSo, sentence]) => (isSo ? [sentence] : []));
}
