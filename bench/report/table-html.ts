import { toHtml } from 'hast-util-to-html';
import { h } from 'hastscript';
import { columnsOf, type SummarizedRun } from './measured-run.ts';
import { provenanceOf } from './provenance-of.ts';
import { type TableCell, type TableHead, tableOf } from './table.ts';

/**
 * The comparison as a piece of HTML to paste into a page, without script or style. Its columns have the classes `label`,
 * `figure` and `verdict`. Pure.
 */
export function renderTableHtml(runs: readonly SummarizedRun[]): string {
  const { heads, rows, notes, measures } = tableOf(runs);
  const how = measures.map(({ label, how }) => `${label}: ${how}.`);
  const pieces = [
    h('table', { className: 'bench' }, [
      ...piece(h('caption', captionOf(runs))),
      ...piece(h('thead', [h('tr', heads.map(headOf))])),
      ...piece(
        h('tbody', [
          ...rows.flatMap(({ label, cells }) =>
            piece(
              h('tr', [
                h('th', { scope: 'row', className: 'label' }, label),
                ...cells.map((cell, index) => cellOf(cell, heads[index + 1])),
              ]),
            ),
          ),
        ]),
      ),
    ]),
    ...(notes.length === 0
      ? []
      : listOf(
          'Too long for the table',
          notes.map((note) => `${note}.`),
        )),
    ...provenanceOf(runs).flatMap(({ title = 'Where the numbers are from', lines }) => listOf(title, lines)),
    ...listOf('How each row was measured', how),
  ];
  return inTemplates(toHtml(h(null, pieces.flatMap(piece))));
}

/** Puts an element on its own line, so that the source is readable. */
function piece(element: ReturnType<typeof h>) {
  return [element, { type: 'text' as const, value: '\n' }];
}

function captionOf(runs: readonly SummarizedRun[]): string {
  const labels = runs.map(({ label }) => label).join(', ');
  const names = [...new Set(runs.flatMap(({ summary }) => columnsOf(summary)))].join(', ');
  return runs.length === 1 ? `${names}: the cost of each` : `${names}: the cost of each, by run (${labels})`;
}

/** A corner without text is a plain cell, because it heads nothing. */
function headOf({ text, kind }: TableHead) {
  return text === '' ? h('td') : h('th', { scope: 'col', className: kind }, text);
}

function cellOf({ text }: TableCell, head: TableHead | undefined) {
  return h('td', { className: head?.kind ?? 'figure' }, text);
}

function listOf(title: string, lines: readonly string[]) {
  return [
    h('p', `${title}:`),
    h(
      'ul',
      lines.flatMap((line) => piece(h('li', line))),
    ),
  ];
}

/** Escapes braces, which Liquid and Hugo's shortcodes look for. */
function inTemplates(html: string): string {
  return html.replaceAll('{', '&#123;').replaceAll('}', '&#125;');
}
