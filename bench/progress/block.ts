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
/** Colours a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** Where times begin, below each other. */
const titleColumns = 44;
const shownNext = 2;

/** What stands below the finished tasks, in lines that never wrap; of a low terminal the less important ones are left out. Pure. */
export function renderBlock(view: View, { columns, rows }: Size, paint: Paint): string[] {
  // Below the last line stands the cursor.
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
    elapsedMilliseconds > saidMilliseconds(expectedMilliseconds)
      ? `${clock(elapsedMilliseconds)}, longer than expected`
      : `${clock(elapsedMilliseconds)} of ${about(expectedMilliseconds)}`;
  return [aligned(`• ${title}`, time, Math.min(titleColumns, columns - time.length))];
}

/** It is told no finer than that, and not to be called late before. */
function saidMilliseconds(expectedMilliseconds: number): number {
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

/** Of one that an earlier beginning of this run has left nothing to do of. Pure. */
export function doneBeforeLine(title: string, paint: Paint): string {
  return `${signOf('done', paint)} ${aligned(title, 'done before', titleColumns - 2)}`;
}

function signOf(outcome: TaskOutcome, paint: Paint): string {
  return outcome === 'done' ? paint('good', '✓') : paint('bad', '✗');
}

function aligned(text: string, time: string, width: number): string {
  return `${text}${' '.repeat(Math.max(2, width - stringWidth(text)))}${time}`;
}

const hanging = 2;

/** A line that stays: broken at spaces, what follows further in than its beginning. Pure. */
export function flow(text: string, columns: number): string {
  const indent = /^ */.exec(text)?.[0].length ?? 0;
  const width = Math.max(1, columns - indent - hanging);
  if (stringWidth(text) <= columns) return text;
  return wrap(text.slice(indent), width)
    .split('\n')
    .map((line, index) => `${' '.repeat(index === 0 ? indent : indent + hanging)}${line}`)
    .join('\n');
}
