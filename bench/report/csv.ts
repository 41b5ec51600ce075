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

/** One line of the file. A field without a value is empty. */
type Line = Partial<Record<(typeof columns)[number], string | number>>;

/** Tidy data (RFC 4180): one line per figure, contender and run, with the names of `summary.json` and no rounding. Pure. */
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
    // By itself csv-stringify quotes CR LF, but neither of the two alone.
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

/** A flag over all trials. It is absent where the figure that it is about was not measured. */
function flag(name: string, value: boolean, about: Figure): Line {
  const line = { figure: name, unit: 'boolean' };
  return isMeasured(about) ? { ...line, values: String(value) } : { ...line, absent: about.absent };
}
