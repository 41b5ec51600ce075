import { stringify } from 'csv-stringify/sync';
import { type Figure, isMeasured } from '../stats/figure.ts';
import {
  type AnyContender,
  type FigureRow,
  type FigureTable,
  figureIn,
  isSearch,
  type MaxClients,
  type Unit,
} from '../summary/figures/figure-row.ts';
import { figures } from '../summary/figures/figures.ts';
import { columnsOf, type SummarizedRun } from './measured-run.ts';

const columns = [
  'run',
  'contender',
  'figure',
  'unit',
  'median',
  'min',
  'max',
  'intervalLow',
  'intervalHigh',
  'trials',
  'values',
  'absent',
] as const;

/** What is not known of a figure is empty. */
type Line = Partial<Record<(typeof columns)[number], string | number>>;

/** Tidy data: one line a figure, contender and run, by the names of `summary.json`, nothing rounded (RFC 4180). Pure. */
export function renderCsv(runs: readonly SummarizedRun[], table: FigureTable = figures): string {
  const lines = runs.flatMap(({ label, summary }) =>
    columnsOf(summary).flatMap((contender) => {
      const found = summary.contenders[contender];
      if (found === undefined) return [];
      const all = Object.entries(table).flatMap(([name, row]) => linesOf(found, name, row));
      return all.map((line): Line => ({ run: label, contender, ...line }));
    }),
  );
  return stringify(lines, {
    header: true,
    columns: [...columns],
    record_delimiter: 'windows',
    // It only looks for the two of them together.
    quoted_match: /[\r\n]/,
  });
}

function linesOf(contender: AnyContender, name: string, row: FigureRow): Line[] {
  const found = contender[name];
  if (row.kind === 'flag') return [flag(name, found === true, figureIn(contender, row.about))];
  if (isSearch(found)) return searchLines(name, found);
  return [figureLine(name, figureIn(contender, name), row.kind === 'search' ? 'clients' : row.unit)];
}

function figureLine(name: string, figure: Figure, unit: Unit): Line {
  const line = { figure: name, unit };
  if (!isMeasured(figure)) return { ...line, absent: figure.absent };
  const { median, min, max, interval, values } = figure;
  return {
    ...line,
    median,
    min,
    max,
    ...(interval !== undefined && { intervalLow: interval.low, intervalHigh: interval.high }),
    trials: values.length,
    values: values.join(';'),
  };
}

function searchLines(name: string, { clients, failedClients, isLowerBound, isNarrow, stops }: MaxClients): Line[] {
  const causes = { figure: `${name}.stops.cause`, unit: 'text' };
  return [
    figureLine(`${name}.clients`, clients, 'clients'),
    figureLine(`${name}.failedClients`, failedClients, 'clients'),
    flag(`${name}.isLowerBound`, isLowerBound, clients),
    flag(`${name}.isNarrow`, isNarrow, clients),
    isMeasured(clients)
      ? { ...causes, trials: stops.length, values: stops.map(({ cause }) => cause).join(';') }
      : { ...causes, absent: clients.absent },
  ];
}

/** Of all trials together. @param of the figure that it is said of: of what was not measured nothing is. */
function flag(name: string, value: boolean, of: Figure): Line {
  const line = { figure: name, unit: 'boolean' };
  return isMeasured(of) ? { ...line, values: String(value) } : { ...line, absent: of.absent };
}
