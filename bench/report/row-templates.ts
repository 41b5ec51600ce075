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

/** The figure that a row's verdict is about. */
export interface Judged {
  name: string;
  row: ComparedRow;
  /** Which of a row's figures it is; absent in a row of one. */
  as?: string;
  /** What a sentence calls it. */
  subject: string;
}

/** A row of the comparison before its cells: one figure, or several of a kind, of every contender of a run. */
export interface RowTemplate {
  label: string;
  how: string;
  /** The conditions without which it is another figure, in words. */
  plan: readonly string[];
  phase: PhaseName;
  /** Its place among all rows of the table; a run that skips a phase leaves gaps. */
  order: number;
  isAsked: boolean;
  cell: (contender: AnyContender) => RowCell;
  /** Absent where nothing can be better. */
  judged?: Judged;
}

/** The rows of the phases that a run was to measure, in the order of the table. Pure. */
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

/** Rows that were asked for, the others, and right below each row those that belong there. */
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

/** The only figure of its row, or the one that its row in the table of figures names. */
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

/** What ended the searches. */
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
