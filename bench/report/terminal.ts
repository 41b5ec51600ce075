import Table from 'cli-table3';
import type { Check } from '../self/self.ts';
import type { Summary } from '../summary.ts';
import { provenance } from './provenance.ts';
import { fullTableOf, type ReportTable } from './table.ts';

const labelWidth = 27;
const widestColumn = 40;
/** A terminal that is narrower, or does not know its width, breaks the table itself. */
const narrowestColumn = 12;
/** Of a cell: a space on either side. */
const padding = 2;

/** The comparison for a terminal of `width` columns: table, what did not go into it, provenance. Pure. */
export function renderTerminal(summary: Summary, width: number): string {
  const table = fullTableOf([{ label: '', summary }]);
  const lines = [
    ...(table.notes.length === 0 ? [] : [...table.notes.map((note) => `- ${note}.`), '']),
    ...provenance(summary),
    '',
    'How each row was measured:',
    ...table.measures.map(({ label, how }) => `- ${label}: ${how}.`),
  ];
  return [renderTable(table, width), '', ...lines.map((line) => wrap(line, Math.max(width, labelWidth))), ''].join(
    '\n',
  );
}

/** @param title in the corner. Pure. */
export function renderTable({ heads, rows }: ReportTable, width: number, title = ''): string {
  const names = heads.slice(1).map(({ text }) => text);
  const share = Math.floor((width - labelWidth - names.length - 2) / names.length);
  const cellWidth = Math.max(narrowestColumn, Math.min(widestColumn, share));
  const table = new Table({
    head: [title, ...names],
    colWidths: [labelWidth, ...names.map(() => cellWidth)],
    // Colours are for what is interactive; a table is copied into other texts.
    style: { head: [], border: [] },
  });
  for (const { label, cells } of rows) {
    table.push([wrap(label, labelWidth - padding), ...cells.map(({ text }) => wrap(text, cellWidth - padding))]);
  }
  return table.toString();
}

/** Lines of at most `width`, broken at spaces; a longer word is broken too, for cli-table3 would cut it off. */
export function wrap(text: string, width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    for (line = word; line.length > width; line = line.slice(width)) lines.push(line.slice(0, width));
  }
  return [...lines, line].join('\n');
}

/** Promises of the suite about itself, found against asked for. Pure. */
export function renderChecks(checks: Check[]): string {
  const table = new Table({ head: ['', 'found', 'promised', ''], style: { head: [], border: [] } });
  for (const { name, found, target, isMet } of checks) {
    table.push([
      name,
      found === undefined ? 'not measured' : found.toLocaleString('en-US', { maximumFractionDigits: 2 }),
      target,
      isMet ? 'kept' : 'BROKEN',
    ]);
  }
  return table.toString();
}
