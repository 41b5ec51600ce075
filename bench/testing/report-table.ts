import { columnsOf, comparisonRows, verdictColumns } from '../report/rows.ts';
import type { ReportTable } from '../report/table.ts';
import type { Summary } from '../summary.ts';

/** Of one run, with the numbers that its cells begin with to sort by. Pure. */
export function reportTable(summary: Summary): ReportTable {
  const verdicts = verdictColumns(summary);
  return {
    heads: [
      { text: '', kind: 'label' },
      ...columnsOf(summary).map((text) => ({ text, kind: 'figure' as const })),
      ...verdicts.map((text) => ({ text, kind: 'verdict' as const })),
    ],
    rows: comparisonRows(summary).map((row) => ({
      label: row.label,
      how: row.how,
      cells: [...row.cells, ...row.verdicts.slice(0, verdicts.length)].map((text) => {
        const number = /^[\d,.]+/.exec(text)?.[0].replaceAll(',', '');
        return { text, ...(number !== undefined && { sortBy: Number(number) }) };
      }),
    })),
  };
}
