import { markdownTable } from 'markdown-table';
import type { Summary } from '../summary.ts';
import { provenance } from './provenance.ts';
import { columnsOf, comparisonRows, verdictColumns } from './rows.ts';

/** The comparison as GitHub-flavoured Markdown: table, how each row was measured, and where. Pure. */
export function renderMarkdown(summary: Summary): string {
  const how = comparisonRows(summary).map(({ label, how }) => `- ${label}: ${how}.`);
  return [
    renderTable(summary),
    '',
    ...provenance(summary).map((line) => `- ${line}`),
    '',
    'How each row was measured:',
    '',
    ...how,
    '',
  ].join('\n');
}

/** The table and where it is from, without the explanations: the README has its own. Pure. */
export function renderReadmeTable(summary: Summary): string {
  return [renderTable(summary), '', ...provenance(summary).map((line) => `- ${line}`), ''].join('\n');
}

function renderTable(summary: Summary): string {
  const rows = comparisonRows(summary);
  const columns = columnsOf(summary);
  const verdicts = verdictColumns(summary);
  return markdownTable(
    [
      ['', ...columns, ...verdicts],
      ...rows.map((row) => [row.label, ...[...row.cells, ...row.verdicts.slice(0, verdicts.length)].map(escapeCell)]),
    ],
    { align: ['l', ...columns.map(() => 'r'), ...verdicts.map(() => 'l')] },
  );
}

function escapeCell(text: string): string {
  return text.replaceAll(/[\\|]/g, '\\$&').replaceAll(/\r\n|\r|\n/g, ' ');
}
