import type { Element } from 'hast';
import { h } from 'hastscript';
import type { FullTable, TableCell, TableHead, TableRow } from '../table.ts';
import { ids } from './contract.ts';
import type { Section } from './material.ts';

/** A cell with more characters is a sentence rather than a figure. */
const longestFigure = 48;

/** The table, also as Markdown. Buttons stay hidden until the script makes them work. */
export function comparison(table: FullTable, markdown: string): Section {
  const caption = `${ids.table}-caption`;
  return {
    id: 'table',
    title: 'Comparison',
    content: [
      h('p', { className: 'hint' }, 'The name of each row links to how it was measured.'),
      h('div', { className: 'tools', id: ids.tools, hidden: true }, [
        h('button', { type: 'button', id: ids.original }, 'Original order'),
        h('button', { type: 'button', id: ids.copy }, 'Copy as Markdown'),
        h('span', { role: 'status', id: ids.status }),
      ]),
      h('div', { className: 'scrolls', role: 'region', tabIndex: 0, ariaLabelledBy: caption }, [
        h('table', { id: ids.table }, [
          h('caption', { id: caption, className: 'unseen' }, 'Comparison of the servers'),
          h('thead', h('tr', table.heads.map(headCell))),
          h(
            'tbody',
            table.rows.map((row) => bodyRow(row, table)),
          ),
        ]),
      ]),
      ...notesBelow(table.notes),
      h('details', { className: 'markdown' }, [
        h('summary', 'The table as Markdown'),
        h('textarea', { id: ids.markdown, readOnly: true, rows: 12, ariaLabel: 'The table as Markdown' }, markdown),
      ]),
    ],
  };
}

/** Notes that are too long for a cell. */
function notesBelow(notes: readonly string[]): Element[] {
  if (notes.length === 0) return [];
  return [
    h(
      'ul',
      { className: 'notes' },
      notes.map((note) => h('li', `${note}.`)),
    ),
  ];
}

/** The id of the explanation of a measure, by the measure's index in the table. */
export function howId(measure: number): string {
  return `how-${measure + 1}`;
}

function headCell({ text, kind }: TableHead): Element {
  return h('th', { scope: 'col', className: kind }, text === '' ? 'Measured' : text);
}

function bodyRow({ label, measure, cells }: TableRow, { heads, measures }: FullTable): Element {
  const how = measures.findIndex((one) => one.label === measure);
  return h('tr', [
    h('th', { scope: 'row' }, h('a', { href: `#${howId(how)}` }, label)),
    ...cells.map((cell, column) => bodyCell(cell, heads[column + 1])),
  ]);
}

function bodyCell({ text, sortBy }: TableCell, head: TableHead | undefined): Element {
  const className = text.length > longestFigure ? 'words' : (head?.kind ?? 'figure');
  return h('td', { className, ...(sortBy !== undefined && { dataSortBy: String(sortBy) }) }, text);
}
