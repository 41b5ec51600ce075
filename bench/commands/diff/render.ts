import type { ContenderKey } from '../../plan/contenders.ts';
import { contenderRows } from '../../report/rows.ts';
import { tableOfRows } from '../../report/table.ts';
import { renderTable } from '../../report/terminal.ts';
import { comparisons } from '../../summary/pairs.ts';
import type { Summary } from '../../summary/summary.ts';
import { wrap } from '../../text/wrap.ts';

interface Sides {
  folders: [first: string, second: string];
  summaries: [first: Summary, second: Summary];
  differences: string[];
}

/** One table per contender, with a column per run and a verdict in words; then the other differences. Pure. */
export function renderDiff({ folders, summaries, differences }: Sides, width: number): string {
  const [first, second] = summaries;
  const common = first.config.contenders.filter((name) => second.contenders[name] !== undefined);
  const tables = common.map((name) => renderContender(name, summaries, width));
  const alike = 'The two runs differ in nothing else: same machines, software and plan.';
  const lines =
    differences.length === 0
      ? [alike]
      : ['The runs differ in more than their figures:', ...differences.map((line) => `- ${line}`)];
  return [
    ...[`first: ${folders[0]}`, `second: ${folders[1]}`, ''].map((line) => wrap(line, width)),
    ...(tables.length === 0 ? ['They have no contender in common.'] : tables),
    ...lines.map((line) => wrap(line, width)),
    '',
  ].join('\n');
}

function renderContender(name: ContenderKey, [first, second]: [Summary, Summary], width: number): string {
  const [before, after] = [first.contenders[name], second.contenders[name]];
  if (before === undefined || after === undefined) return '';
  const pair = { first: 'first', second: 'second', figures: comparisons(before, after, first.config) } as const;
  const rows = contenderRows(first, [before, after], [pair]);
  const table = tableOfRows(['first', 'second'], ['verdict'], rows);
  const notes = table.notes.map((note) => `${wrap(`- ${note}.`, width)}\n`);
  return [`${renderTable(table, width, name)}\n`, ...notes].join('');
}
