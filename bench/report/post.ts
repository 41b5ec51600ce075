import { contenderOf } from '../plan/contenders.ts';
import { formatInterval, whole } from '../text/format.ts';
import { caveats } from './caveats.ts';
import { conclusions } from './conclusions.ts';
import { groupLines, listOf, tableLines } from './markdown.ts';
import { markdownAlt, markdownText } from './markdown-text.ts';
import { columnsOf, type DescribedRun, type SummarizedRun } from './measured-run.ts';
import { setUp } from './provenance.ts';
import { byRun } from './provenance-of.ts';
import { repeatCommand } from './repeat.ts';
import { runDifferences } from './run-differences.ts';
import { tableOf } from './table.ts';

/** A picture in the folder `charts` beside the post. */
export interface PostChart {
  name: string;
  title: string;
  alt: string;
}

/** A draft of the part of a post that has the numbers, without title and front matter, to paste anywhere. Pure. */
export function renderPost(runs: readonly DescribedRun[], charts: readonly PostChart[]): string {
  const table = tableOf(runs);
  const told = byRun(runs, ({ summary }) => conclusions(summary).map(({ sentence }) => sentence));
  return [
    ...section('The question', question(runs)),
    ...section('The set-up', groupLines(byRun(runs, ({ summary }) => setUp(summary)))),
    ...section('What was measured', tableLines(table)),
    ...section('Charts', charts.length === 0 ? [] : chartLines(charts)),
    ...section('What the trials show', groupLines(told)),
    ...section('What to keep in mind', [...listed(runDifferences(runs)), ...groupLines(byRun(runs, caveats))]),
    ...section('How each figure was measured', listed(table.measures.map(({ label, how }) => `${label}: ${how}.`))),
    ...section('How to repeat it', repeatLines(runs)),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines];
}

function question(runs: readonly DescribedRun[]): string[] {
  const described = runs.flatMap(({ summary, servers }) =>
    columnsOf(summary).flatMap((contender) => {
      const description = servers[contenderOf(contender).server];
      return description === undefined ? [] : [`${contender}: ${description}.`];
    }),
  );
  const loads = runs.map(
    ({ summary: { config } }) =>
      `one message ${formatInterval(config.intervalMilliseconds)} (${whole(config.messageBytes)} bytes of JSON)`,
  );
  return [
    `What does it cost a server to hold TLS 1.3 websockets, and to read and parse ${[...new Set(loads)].join(', or ')} from every client?`,
    '',
    ...listOf([...new Set(described)]),
    '',
  ];
}

function chartLines(charts: readonly PostChart[]): string[] {
  return [
    '<!-- PNG, because dev.to takes no SVG. The same charts as SVG, and both kinds in dark, lie beside these files. -->',
    '',
    ...charts.flatMap(({ name, title, alt }) => [
      `### ${markdownText(title)}`,
      '',
      `![${markdownAlt(alt)}](charts/${name}.png)`,
      '',
    ]),
  ];
}

function listed(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [...listOf(lines), ''];
}

function repeatLines(runs: readonly SummarizedRun[]): string[] {
  return runs.flatMap(({ label, summary }) => {
    const { commit } = summary.environment;
    return [
      ...(runs.length === 1 ? [] : [`${markdownText(label)}:`, '']),
      '```sh',
      ...(commit === undefined ? [] : [`git checkout ${commit}`]),
      repeatCommand(summary),
      '```',
      '',
    ];
  });
}
