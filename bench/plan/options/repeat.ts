import { defaultsOf } from '../profiles.ts';
import { dashed, textsOf, usageOf } from './options.ts';
import { valueAt } from './place.ts';
import { isTaken } from './reading.ts';
import type { OptionRow, OptionRows, RepeatableRun } from './row.ts';

/** The options that repeat a run. Pure. */
export function wordsToRepeat(run: RepeatableRun, rows: OptionRows): string[] {
  return Object.entries(rows).flatMap(([name, row]) => {
    const { repeat, place } = row;
    if (typeof repeat === 'function') return Array<string>(repeat(run)).fill(usageOf(name, row));
    if (place === undefined) return [];
    const words = wordsOf(name, row, valueAt(run.config, place));
    const usual = wordsOf(name, row, valueAt(defaultsOf(run.config.profile), place));
    return repeat === 'always' || words.join(' ') !== usual.join(' ') ? words : [];
  });
}

/** No words where the value cannot be typed: then no option set it, and it follows from the rest. */
function wordsOf(name: string, row: OptionRow, value: unknown): string[] {
  if (row.value === undefined) return value === true ? [dashed(name)] : [];
  const texts = textsOf(row, value);
  return texts.every((text) => isTaken(row, text)) ? texts.flatMap((text) => [dashed(name), text]) : [];
}
