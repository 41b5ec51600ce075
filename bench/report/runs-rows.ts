import type { ContenderKey } from '../plan/contenders.ts';
import type { Pair } from '../summary/pairs.ts';
import type { RowCell } from './cells.ts';
import { columnsOf, type SummarizedRun } from './measured-run.ts';
import { type RowTemplate, rowTemplates } from './row-templates.ts';
import { pairTitle, verdictOfRow } from './rows.ts';

/** One line of a table with a column per run. */
interface RunsRow {
  label: string;
  /** The figure. It has a line per contender, and lines for the verdicts of each run. */
  measure: string;
  how: string;
  /** One per run. */
  cells: RowCell[];
}

/** One figure in each run; undefined for a run that did not measure it, or measured it by another plan. */
interface Measure {
  label: string;
  plan: readonly string[];
  order: number;
  templates: (RowTemplate | undefined)[];
}

const nothing: RowCell = { text: '–' };

/** Runs side by side. Figures measured by different plans stand in different rows. Pure. */
export function rowsOfRuns(runs: readonly SummarizedRun[]): RunsRow[] {
  return measuresOf(runs).flatMap((measure) => {
    const how = howOf(measure, runs);
    const rows = [...contenderRows(measure, runs), ...verdictRows(measure, runs)];
    return rows.map(({ label, cells }) => ({ label, cells, measure: measure.label, how }));
  });
}

function measuresOf(runs: readonly SummarizedRun[]): Measure[] {
  const all: Measure[] = [];
  for (const [column, { summary }] of runs.entries()) {
    for (const template of rowTemplates(summary)) {
      const { label, plan, order } = template;
      const known = all.find((other) => other.label === label && isSame(other.plan, plan));
      const measure = known ?? { label, plan, order, templates: runs.map(() => undefined) };
      measure.templates[column] = template;
      if (known === undefined) all.push(measure);
    }
  }
  return all
    .toSorted((one, other) => one.order - other.order)
    .map((measure) => ({ ...measure, label: distinctLabel(measure, all) }));
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((part, index) => part === other[index]);
}

/** "Peak memory (250 clients)" where another row is for 100 clients; the label alone where there is no other row. */
function distinctLabel({ label, plan }: Measure, all: readonly Measure[]): string {
  const others = all.filter((other) => other.label === label);
  const parts = plan.filter((part, index) => others.some((other) => other.plan[index] !== part));
  return parts.length === 0 ? label : `${label} (${parts.join(', ')})`;
}

/** How it was measured, per run where runs differ: not every difference makes it another figure. */
function howOf({ templates }: Measure, runs: readonly SummarizedRun[]): string {
  const told = runs.flatMap(({ label }, column) => {
    const how = templates[column]?.how;
    return how === undefined ? [] : [{ label, how }];
  });
  const hows = Map.groupBy(told, ({ how }) => how);
  if (hows.size === 1) return [...hows.keys()].join();
  return [...hows].map(([how, measured]) => `${measured.map(({ label }) => label).join(', ')}: ${how}`).join('. ');
}

function contenderRows({ label, templates }: Measure, runs: readonly SummarizedRun[]) {
  const measuring = runs.filter((_, column) => templates[column] !== undefined);
  const contenders = [...new Set(measuring.flatMap(({ summary }) => columnsOf(summary)))];
  return contenders.map((name) => ({
    label: `${label}, ${name}`,
    cells: runs.map(({ summary }, column) => cellOf(templates[column], summary.contenders[name])),
  }));
}

function cellOf(
  template: RowTemplate | undefined,
  contender: SummarizedRun['summary']['contenders'][ContenderKey] | undefined,
): RowCell {
  return template === undefined || contender === undefined ? nothing : template.cell(contender);
}

/** One row per pair of contenders, in either order, with the verdict of each run. */
function verdictRows({ label, templates }: Measure, runs: readonly SummarizedRun[]) {
  const pairs = new Map(runs.flatMap(({ summary }) => summary.pairs.map((pair) => [keyOf(pair), pair])));
  const rows = [...pairs].map(([key, pair]) => ({
    label: pairs.size === 1 ? `${label}: verdict` : `${label}: ${pairTitle(pair)}`,
    cells: runs.map(({ summary }, column) => {
      const [template, own] = [templates[column], summary.pairs.find((other) => keyOf(other) === key)];
      const canTell = template !== undefined && own !== undefined && summary.config.trials > 1;
      const cell = canTell ? verdictOfRow(template, own) : nothing;
      return cell.text === '' ? nothing : cell;
    }),
  }));
  return rows.filter(({ cells }) => cells.some((cell) => cell !== nothing));
}

function keyOf({ first, second }: Pair): string {
  return [first, second].toSorted().join(' ');
}
