import type { PhaseName } from '../plan/names.ts';
import {
  type AnyContender,
  type ComparedRow,
  type FigureRow,
  type FigureTable,
  figureIn,
  isComparedRow,
  isLowerBound,
  isSearch,
  type MaxClients,
  type MeasuringPlan,
  type RowText,
  type SearchRow,
  type TableRow,
  type ValueRow,
} from '../summary/figures/figure-row.ts';
import { figures } from '../summary/figures/figures.ts';
import { phaseOf } from '../summary/figures/measurements.ts';
import { loadWords } from '../summary/figures/plan-words.ts';
import { whole } from '../text/format.ts';
import { maxClientsCell, measured, type RowCell, rateCell, stopsCell } from './cells.ts';

/** The figure that the verdict of a row is about. */
export interface Judged {
  name: string;
  row: ComparedRow;
  /** Its name among the figures of the row; absent in a row of one figure. */
  as?: string;
  /** Its name in a sentence. */
  subject: string;
}

/** A row of the comparison without its cells: it makes the cell of any contender, from one figure or from several alike. */
export interface RowTemplate {
  label: string;
  how: string;
  /** The conditions that define the figure, in words: under other conditions it is another figure. */
  plan: readonly string[];
  phase: PhaseName;
  /** Its place among all rows of the table; a run that skips a phase leaves gaps. */
  order: number;
  isAsked: boolean;
  cell: (contender: AnyContender) => RowCell;
  /** Absent in a row without a verdict. */
  judged?: Judged;
}

/** The rows of the phases in a run's plan, in the order of the table. Pure. */
export function rowTemplates(plan: MeasuringPlan, table: FigureTable = figures): RowTemplate[] {
  return [...figureRows(plan, table), ...stopsRows(plan, table)]
    .map((row, order) => ({ ...row, order }))
    .filter(({ phase }) => plan.config.phases.includes(phase));
}

type Unordered = Omit<RowTemplate, 'order'>;
type Shown = SearchRow | (ValueRow & { row: TableRow });

interface Member {
  name: string;
  row: Shown;
}

function figureRows(plan: MeasuringPlan, table: FigureTable): Unordered[] {
  const members = Object.entries(table).flatMap(([name, row]) => (isShown(row) ? [{ name, row }] : []));
  const byText = Map.groupBy(members, ({ row }): RowText => row.row);
  return inOrder([...byText.keys()]).flatMap((text) => templateOf(text, byText.get(text) ?? [], plan));
}

function isShown(row: FigureRow): row is Shown {
  return row.kind !== 'flag' && row.row !== undefined;
}

/** Rows that answer a question come first, then the others; each row is followed by those that belong below it. */
function inOrder(texts: readonly RowText[]): RowText[] {
  const within = (text: RowText): RowText[] => [text, ...texts.filter(({ below }) => below === text).flatMap(within)];
  const free = texts.filter(({ below }) => below === undefined);
  const [asked, others] = [free.filter(({ isAsked }) => isAsked), free.filter(({ isAsked }) => !isAsked)];
  return [...asked, ...others].flatMap(within);
}

function templateOf(text: RowText, members: readonly Member[], plan: MeasuringPlan): Unordered[] {
  const [first] = members;
  if (first === undefined) return [];
  const words = wordsOf(text, plan);
  const judged = judgedOf(members, words.label);
  const cell = cellOf(
    first,
    members.map(({ name }) => name),
  );
  return [{ ...words, phase: phaseOf[first.row.from], cell, ...(judged !== undefined && { judged }) }];
}

/** The figure with the verdict: the only one of the row, or the one that has words for a verdict. */
function judgedOf(members: readonly Member[], label: string): Judged | undefined {
  const named = members.flatMap(({ name, row }) => {
    const verdict = row.kind === undefined ? row.verdict : undefined;
    if (!isComparedRow(row) || (verdict === undefined && members.length > 1)) return [];
    return [{ name, row, subject: label, ...verdict }];
  });
  return named[0];
}

function cellOf(first: Member, names: readonly string[]): RowTemplate['cell'] {
  const { name, row } = first;
  if (row.kind === 'search') return searchCellOf(name, maxClientsCell);
  const { format } = row.row;
  if (row.knee !== undefined) {
    return (contender) => rateCell(format, figureIn(contender, name), isLowerBound(contender, name, row));
  }
  return (contender) => measured(format, ...names.map((each) => figureIn(contender, each)));
}

/** Rows that name what ended the searches. */
function stopsRows(plan: MeasuringPlan, table: FigureTable): Unordered[] {
  return Object.entries(table).flatMap(([name, row]) => {
    if (row.kind !== 'search') return [];
    return [{ ...wordsOf(row.stopsRow, plan), phase: phaseOf[row.from], cell: searchCellOf(name, stopsCell) }];
  });
}

function searchCellOf(name: string, cell: (found: MaxClients) => RowCell): RowTemplate['cell'] {
  return (contender) => {
    const found = contender[name];
    return isSearch(found) ? cell(found) : measured(whole, figureIn(contender, name));
  };
}

function wordsOf({ label, how, plan: planOf, isAsked }: RowText, plan: MeasuringPlan) {
  return {
    label: typeof label === 'string' ? label : label(loadWords(plan.config)),
    how: typeof how === 'string' ? how : how(plan),
    plan: planOf?.(plan) ?? [],
    isAsked: isAsked === true,
  };
}
