import Table from 'cli-table3';
import type { Summary } from '../summary/summary.ts';
import { wrap } from '../text/wrap.ts';
import { conclusions } from './conclusions.ts';
import { provenance } from './provenance.ts';
import { type ReportTable, type TableRow, tableOf } from './table.ts';

const indent = '  ';
const labelWidth = 27;
const widestColumn = 40;
/** Columns are at least this wide. A narrower terminal, or one of unknown width, breaks the table itself. */
const narrowestColumn = 12;
/** Spaces on either side of a cell, together. */
const padding = 2;

/** The comparison for a terminal of `width` columns: the table, its notes, and where the numbers are from. Pure. */
export function renderTerminal(summary: Summary, width: number): string {
  const table = tableOf([{ label: '', summary }]);
  const lines = [
    ...(table.notes.length === 0 ? [] : [...table.notes.map((note) => `- ${note}.`), '']),
    ...provenance(summary),
    'The file table.md says how each row was measured.',
  ];
  return [renderTable(table, width), '', ...lines.map((line) => wrap(line, Math.max(width, labelWidth))), ''].join(
    '\n',
  );
}

/** The conclusions, last on the screen: those that answer a question, or all where there are none of those. Pure. */
export function renderConclusions(summary: Summary, width: number): string {
  const all = conclusions(summary);
  const asked = all.filter(({ isAsked }) => isAsked);
  const told = (asked.length > 0 ? asked : all).map(({ sentence }) =>
    wrap(sentence, Math.max(width, labelWidth) - indent.length).replaceAll('\n', `\n${indent}`),
  );
  return ['Summary', ...told]
    .join(`\n${indent}`)
    .concat(told.length === 0 ? `\n${indent}Nothing was compared.\n` : '\n');
}

/** A table with a title in its corner; several tables where one would be too wide. Pure. */
export function renderTable({ heads, rows }: ReportTable, width: number, title = ''): string {
  const names = heads.slice(1).map(({ text }) => text);
  const most = mostColumns(width, names.length);
  const starts = Array.from({ length: Math.ceil(names.length / most) }, (_, index) => index * most);
  return starts
    .map((start) => {
      const part = <Cell>(all: readonly Cell[]) => all.slice(start, start + most);
      const parts = rows.map(({ label, cells }) => ({ label, cells: part(cells) }));
      return renderPart(title, part(names), parts, width);
    })
    .join('\n');
}

/** Splitting helps only where two columns fit, so a narrower terminal gets one table. */
function mostColumns(width: number, columns: number): number {
  const fitting = Math.floor((width - labelWidth - 2) / (narrowestColumn + 1));
  return fitting < 2 ? Math.max(1, columns) : fitting;
}

function renderPart(
  title: string,
  heads: readonly string[],
  rows: readonly Pick<TableRow, 'label' | 'cells'>[],
  width: number,
): string {
  const share = Math.floor((width - labelWidth - heads.length - 2) / heads.length);
  const cellWidth = Math.max(narrowestColumn, Math.min(widestColumn, share));
  const table = new Table({
    head: [title, ...heads.map((head) => wrap(head, cellWidth - padding))],
    colWidths: [labelWidth, ...heads.map(() => cellWidth)],
    // No colours, because a table is copied into other texts.
    style: { head: [], border: [] },
  });
  for (const { label, cells } of rows) {
    table.push([wrap(label, labelWidth - padding), ...cells.map(({ text }) => wrap(text, cellWidth - padding))]);
  }
  return table.toString();
}
