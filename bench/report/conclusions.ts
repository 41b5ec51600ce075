import { type Comparison, notMeasured } from '../stats/verdict.ts';
import type { FigureTable } from '../summary/figures/figure-row.ts';
import { figures } from '../summary/figures/figures.ts';
import type { Pair } from '../summary/pairs.ts';
import type { Summary } from '../summary/summary.ts';
import { percent } from '../text/format.ts';
import { tell } from './conclusion-words.ts';
import { columnsOf } from './measured-run.ts';
import { type Judged, type RowTemplate, rowTemplates } from './row-templates.ts';

/** What a run shows about one figure, in a sentence that can be quoted alone. */
export interface Conclusion {
  /** The figure's name. */
  name: string;
  /** The figure answers one of the questions that the suite was made for. */
  isAsked: boolean;
  kind: 'better' | 'equal' | 'open' | 'none';
  sentence: string;
}

/** One conclusion for each pair of contenders and each row that has a verdict, in the order of the table. Pure. */
export function conclusions(summary: Summary, table: FigureTable = figures): Conclusion[] {
  const judged = rowTemplates(summary, table).flatMap((template) =>
    template.judged === undefined ? [] : [{ ...template, judged: template.judged }],
  );
  if (summary.pairs.length === 0) return [];
  if (summary.config.trials === 1) return seenOnce(summary, judged);
  return [
    ...judged.filter((row) => isMeasured(row, summary)).flatMap((row) => concludePairs(row, summary)),
    ...unmeasured(judged, summary),
  ];
}

type JudgedRow = RowTemplate & { judged: Judged };

function conclude({ judged, isAsked }: JudgedRow, kind: Conclusion['kind'], sentence: string): Conclusion {
  return { name: judged.name, isAsked, kind, sentence };
}

/** One sentence per pair. If all pairs of three or more contenders are alike, one sentence says so. */
function concludePairs(row: JudgedRow, summary: Summary): Conclusion[] {
  const found = summary.pairs.map((pair) => concludePair(row, pair, summary));
  if (found.length === 1 || found.some(({ kind }) => kind !== 'equal')) return found;
  const margin = percent(summary.config.equivalenceMargin);
  const sentence = `${row.judged.subject}: no practical difference between any two (within ${margin}).`;
  return [conclude(row, 'equal', sentence)];
}

/** One sentence names all figures that no contender has: after a run that ended early these are many. */
function unmeasured(rows: readonly JudgedRow[], summary: Summary): Conclusion[] {
  const none = rows.filter((row) => !isMeasured(row, summary));
  const [first] = none;
  if (first === undefined) return [];
  const names = none.map(({ judged }) => judged.subject).join('; ');
  return [conclude(first, 'none', `Not measured for any contender: ${names}.`)];
}

/** True if any contender has the figure. A sentence about a pair says which one lacks it. */
function isMeasured({ cell }: JudgedRow, summary: Summary): boolean {
  return columnsOf(summary).some((name) => {
    const contender = summary.contenders[name];
    return contender !== undefined && cell(contender).sortBy !== undefined;
  });
}

/** The figures of one trial, without a verdict. */
function seenOnce(summary: Summary, rows: readonly JudgedRow[]): Conclusion[] {
  const [first] = rows;
  if (first === undefined) return [];
  const told = rows
    .filter((row) => isMeasured(row, summary))
    .map((row) => {
      const cells = columnsOf(summary).map((name) => {
        const contender = summary.contenders[name];
        return { name, ...(contender === undefined ? { text: 'not measured' } : row.cell(contender)) };
      });
      // The build phase repeats builds, and sizes do not vary.
      const subject = row.phase === 'build' ? row.label : `${row.label}, in one trial`;
      return conclude(row, 'none', `${subject}: ${cells.map(({ name, text }) => `${name} ${text}`).join('; ')}.`);
    });
  const sentence = 'One trial supports no verdict: another might give other figures.';
  return [conclude(first, 'none', sentence), ...told, ...unmeasured(rows, summary)];
}

function concludePair(row: JudgedRow, pair: Pair, summary: Summary): Conclusion {
  const { judged } = row;
  const comparison = pair.figures[judged.name] ?? { verdict: 'none', why: notMeasured };
  const told = tell({ comparison, judged, pair, summary });
  return conclude(row, kinds[comparison.verdict], `${judged.subject}: ${told}.`);
}

const kinds = {
  first: 'better',
  second: 'better',
  equal: 'equal',
  open: 'open',
  none: 'none',
} as const satisfies Record<Comparison['verdict'], Conclusion['kind']>;
