import { type FigureRow, type FigureTable, isComparedRow, type RowText } from '../summary/figures/figure-row.ts';
import { figures } from '../summary/figures/figures.ts';
import { anyLoad } from '../summary/figures/plan-words.ts';

const heads = ['field in `summary.json`', 'row of the table', 'better', 'what it is, and how it is measured'];

/** Every figure with its meaning, as the Markdown table of results/README.md. Pure. */
export function renderFigureList(table: FigureTable = figures): string {
  const lines = Object.entries(table).flatMap(([name, row]) => linesOf(name, row));
  return [heads, heads.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function linesOf(name: string, row: FigureRow): string[][] {
  const meaning = [row.meaning, ...(row.details === undefined ? [] : [row.details])].join(' ');
  const better = isComparedRow(row) ? row.better : '';
  if (row.kind !== 'search') {
    return [[`\`${name}\``, row.kind === 'flag' ? '' : labelOf(row.row), better, meaning]];
  }
  return [
    [`\`${name}.clients\`, \`.failedClients\``, labelOf(row.row), better, meaning],
    [`\`${name}.stops\``, labelOf(row.stopsRow), '', row.stopsDetails],
  ];
}

function labelOf(text: RowText | undefined): string {
  if (text === undefined) return '';
  return typeof text.label === 'string' ? text.label : text.label(anyLoad);
}
