import { stringify } from 'csv-stringify/sync';
import { type Figure, isMeasured } from '../stats/figure.ts';
import type { ContenderSummary, MaxClients } from '../summary/contender-summary.ts';
import { unitOf } from './figure-units.ts';
import type { SummarizedRun } from './measured-run.ts';
import { columnsOf } from './rows.ts';

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
export function renderCsv(runs: readonly SummarizedRun[]): string {
  const lines = runs.flatMap(({ label, summary }) =>
    columnsOf(summary).flatMap((contender) => {
      const found = summary.contenders[contender];
      return found === undefined ? [] : linesOf(found).map((line): Line => ({ run: label, contender, ...line }));
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

function linesOf(contender: ContenderSummary): Line[] {
  return Object.entries(contender).flatMap(([name, found]) => {
    if (typeof found === 'boolean') return [flag(name, found, contender.tlsConnectionsPerSecond)];
    if ('clients' in found) return searchLines(name, found);
    return [figureLine(name, found)];
  });
}

function figureLine(name: string, figure: Figure): Line {
  const line = { figure: name, unit: unitOf(name) };
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
    figureLine(`${name}.clients`, clients),
    figureLine(`${name}.failedClients`, failedClients),
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
