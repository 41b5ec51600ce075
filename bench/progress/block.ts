import stringWidth from 'string-width';
import { wrap } from '../text/wrap.ts';
import type { View } from './board.ts';
import { cut } from './columns.ts';
import type { TaskOutcome } from './progress.ts';
import { about, clock, describe } from './words.ts';

export interface Size {
  columns: number;
  rows: number;
}

export type Style = 'good' | 'bad' | 'faint';
/** Colours a text, or returns it unchanged. */
export type Paint = (style: Style, text: string) => string;

/** Width of the titles, after which times begin in one column. */
const titleColumns = 44;
const shownNext = 2;

/**
 * The live block below the finished tasks, in lines that never wrap; a low terminal loses less important lines. Pure.
 */
export function renderBlock(view: View, { columns, rows }: Size, paint: Paint): string[] {
  // The cursor takes one row below the last line.
  const most = rows - 1;
  const line = (text: string) => [cut(text, columns)];
  const current = currentOf(view, columns).flatMap(line);
  const doing = view.doing === undefined ? [] : line(`  ${describe(view.doing)}`);
  const summary = line(`  ${summaryOf(view)}`);
  const next = nextOf(view)
    .flatMap(line)
    .map((text) => paint('faint', text));
  const kinds = [current, doing, next, summary];
  const byImportance = [summary, current, doing, next];
  const shown = byImportance.filter((_, index) => byImportance.slice(0, index + 1).flat().length <= most);
  return kinds.filter((kind) => shown.includes(kind)).flat();
}

function currentOf({ current }: View, columns: number): string[] {
  if (current === undefined) return [];
  const { title, elapsedMilliseconds, expectedMilliseconds } = current;
  const time =
    elapsedMilliseconds > shownMilliseconds(expectedMilliseconds)
      ? `${clock(elapsedMilliseconds)}, longer than expected`
      : `${clock(elapsedMilliseconds)} of ${about(expectedMilliseconds)}`;
  return [aligned(`• ${title}`, time, Math.min(titleColumns, columns - time.length))];
}

/** Expected times are shown to 10 s; a task is late only beyond that. */
function shownMilliseconds(expectedMilliseconds: number): number {
  return 10_000 * Math.max(1, Math.ceil(expectedMilliseconds / 10_000));
}

function nextOf({ next }: View): string[] {
  if (next.length === 0) return [];
  return [`  next of ${next.length}: ${next.slice(0, shownNext).join('; ')}`];
}

function summaryOf({ elapsedMilliseconds, leftMilliseconds, warnings }: View): string {
  return [
    `${clock(elapsedMilliseconds)} so far`,
    ...(leftMilliseconds === undefined ? [] : [`${about(leftMilliseconds)} left`]),
    ...(warnings === 0 ? [] : [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'} above`]),
  ].join(', ');
}

/** "✓ connected, async, 1 of 4   1:12". Pure. */
export function endLine(title: string, outcome: TaskOutcome, tookMilliseconds: number, paint: Paint): string {
  const text = outcome === 'done' ? title : `${title}: ${outcome}`;
  return `${signOf(outcome, paint)} ${aligned(text, clock(tookMilliseconds), titleColumns - 2)}`;
}

/** "✓ connected, async, 1 of 4   done before": a task that a resumed run had already finished. Pure. */
export function doneBeforeLine(title: string, paint: Paint): string {
  return `${signOf('done', paint)} ${aligned(title, 'done before', titleColumns - 2)}`;
}

function signOf(outcome: TaskOutcome, paint: Paint): string {
  return outcome === 'done' ? paint('good', '✓') : paint('bad', '✗');
}

function aligned(text: string, time: string, width: number): string {
  return `${text}${' '.repeat(Math.max(2, width - stringWidth(text)))}${time}`;
}

const hangingIndent = 2;

/** Wraps a line at spaces, with continuation lines indented further than its beginning. Pure. */
export function wrapHanging(text: string, columns: number): string {
  const indent = /^ */.exec(text)?.[0].length ?? 0;
  const width = Math.max(1, columns - indent - hangingIndent);
  if (stringWidth(text) <= columns) return text;
  return wrap(text.slice(indent), width)
    .split('\n')
    .map((line, index) => `${' '.repeat(index === 0 ? indent : indent + hangingIndent)}${line}`)
    .join('\n');
}
