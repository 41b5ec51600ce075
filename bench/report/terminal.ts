import Table from 'cli-table3';
import type { Check } from '../self/self.ts';
import type { Summary } from '../summary.ts';
import { provenance } from './provenance.ts';
import { columnsOf, comparisonRows } from './rows.ts';

const labelWidth = 27;
const widestColumn = 40;
/** A terminal that is narrower, or does not know its width, breaks the table itself. */
const narrowestColumn = 12;
/** Of a cell: a space on either side. */
const padding = 2;

/** The comparison for a terminal of `width` columns: table and provenance. Pure. */
export function renderTerminal(summary: Summary, width: number): string {
  const columns = columnsOf(summary);
  const share = Math.floor((width - labelWidth - columns.length - 2) / columns.length);
  const cellWidth = Math.max(narrowestColumn, Math.min(widestColumn, share));
  const table = new Table({
    head: ['', ...columns],
    colWidths: [labelWidth, ...columns.map(() => cellWidth)],
    // Colours are for what is interactive; a table is copied into other texts.
    style: { head: [], border: [] },
  });
  for (const { label, cells } of comparisonRows(summary)) {
    table.push([wrap(label, labelWidth - padding), ...cells.map((cell) => wrap(cell, cellWidth - padding))]);
  }
  const lines = [
    ...provenance(summary),
    '',
    'How each row was measured:',
    ...comparisonRows(summary).map(({ label, how }) => `- ${label}: ${how}.`),
  ];
  return [table.toString(), '', ...lines.map((line) => wrap(line, Math.max(width, labelWidth))), ''].join('\n');
}

/** Lines of at most `width`, broken at spaces; a longer word is broken too, for cli-table3 would cut it off. */
function wrap(text: string, width: number): string {
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
