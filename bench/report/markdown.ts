import { markdownTable } from 'markdown-table';
import { markdownText } from './markdown-text.ts';
import type { SummarizedRun } from './measured-run.ts';
import { type Provenance, provenanceOf } from './provenance-of.ts';
import { type FullTable, type TableHead, tableOf } from './table.ts';

/** The comparison as Markdown: the table, its notes, where the numbers are from, and how each row was measured. Pure. */
export function renderMarkdown(runs: readonly SummarizedRun[]): string {
  const table = tableOf(runs);
  const how = table.measures.map(({ label, how }) => `${label}: ${how}.`);
  return [...tableLines(table), ...provenanceLines(runs), 'How each row was measured:', '', ...listOf(how), ''].join(
    '\n',
  );
}

/** The table, and folded below it where the numbers are from. The README itself explains the rows. Pure. */
export function renderReadmeTable(runs: readonly SummarizedRun[]): string {
  const table = tableOf(runs);
  const folded = [...noteLines(table), ...provenanceLines(runs)];
  return [
    ...gridLines(table),
    '<details><summary>What stopped the clients, what the servers ran on, and how the numbers were checked</summary>',
    '',
    ...folded,
    '</details>',
    '',
  ].join('\n');
}

/** A table, its notes, and an empty line at the end. */
export function tableLines(table: FullTable): string[] {
  return [...gridLines(table), ...noteLines(table)];
}

function gridLines({ heads, rows }: FullTable): string[] {
  const lines = [heads.map(({ text }) => text), ...rows.map(({ label, cells }) => [label, ...cells.map(textOf)])];
  return [
    markdownTable(
      lines.map((line) => line.map(markdownText)),
      { align: heads.map(({ kind }) => alignments[kind]) },
    ),
    '',
  ];
}

function noteLines({ notes }: FullTable): string[] {
  return notes.length === 0 ? [] : ['Too long for the table:', '', ...listOf(notes.map((note) => `${note}.`)), ''];
}

/** Where the numbers are from, and an empty line at the end. */
function provenanceLines(runs: readonly SummarizedRun[]): string[] {
  const [first, ...others] = provenanceOf(runs);
  return first === undefined ? [] : groupLines([{ title: 'Where the numbers are from', ...first }, ...others]);
}

/** Lists, each with its title before it and an empty line behind it. */
export function groupLines(groups: readonly Provenance[]): string[] {
  return groups.flatMap(({ title, lines }) => [
    ...(title === undefined ? [] : [`${markdownText(title)}:`, '']),
    ...listOf(lines),
    '',
  ]);
}

export function listOf(lines: readonly string[]): string[] {
  return lines.map((line) => `- ${markdownText(line)}`);
}

const alignments = { label: 'l', figure: 'r', verdict: 'l' } as const satisfies Record<TableHead['kind'], string>;

function textOf({ text }: { text: string }): string {
  return text;
}
