import { profileNames } from '../names.ts';
import { defaultsOf } from '../profiles.ts';
import { judgedOptions } from './judged.ts';
import { measuredOptions } from './measured.ts';
import { valueAt } from './place.ts';
import { readingOf } from './reading.ts';
import type { FlagsOf, OptionRow, OptionRows } from './row.ts';
import { surroundingOptions } from './surroundings.ts';

/**
 * Every option of every command: parsing, help, docs/options.md, the config and the command that repeats a run follow
 * from these rows, in this order.
 */
export const options = { ...measuredOptions, ...judgedOptions, ...surroundingOptions } as const satisfies OptionRows;

/** What the command line says. */
export type Flags = FlagsOf<typeof options>;

/** The option as it is typed. */
export const dashed = (name: string) => `--${name}`;

/** "--limit-s <seconds>" */
export function usageOf(name: string, { value }: OptionRow): string {
  return value === undefined ? dashed(name) : `${dashed(name)} <${value}>`;
}

export function meaningOf({ help, isRepeatable }: OptionRow): string {
  return isRepeatable ? `${help}; may be given several times` : help;
}

/** The value without the option: one for all profiles, or one per profile. */
export function defaultOf(row: OptionRow): string | undefined {
  const usual = row.default ?? (row.place === undefined ? undefined : usualOf(row, row.place));
  return row.orElse === undefined || usual === undefined ? usual : `${usual}, or ${row.orElse}`;
}

function usualOf(row: OptionRow, place: string): string | undefined {
  const all = profileNames.map((name) => ({ name, text: textsOf(row, valueAt(defaultsOf(name), place)).join(',') }));
  const told = all.filter(({ text }) => text !== '');
  if (told.length === 0) return undefined;
  return new Set(all.map(({ text }) => text)).size === 1
    ? told[0]?.text
    : told.map(({ name, text }) => `${name} ${text}`).join(', ');
}

/** A value of the config as it is typed, one text for each time that the option is given. */
export function textsOf(row: OptionRow, value: unknown): string[] {
  const reading = readingOf(row);
  if (reading === undefined || value === undefined) return [];
  const values: readonly unknown[] = row.isRepeatable && Array.isArray(value) ? value : [value];
  return values.map(reading.write);
}
