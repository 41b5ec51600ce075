import { BenchError } from '../../errors.ts';
import { dashed, type Flags } from './options.ts';
import { readingOf } from './reading.ts';
import type { OptionRow, OptionRows } from './row.ts';

/** What the command line says of the config, by the place there. @throws BenchError BAD_OPTION */
export function readOptions(flags: Flags, rows: OptionRows): Map<string, unknown> {
  const values = new Map<string, unknown>();
  for (const [name, row, given] of givenOptions(flags, rows)) {
    if (row.place !== undefined) values.set(row.place, valueFrom(name, row, given));
  }
  return values;
}

type Given = string | boolean | readonly string[];

/** The options that the command line names. */
export function givenOptions(flags: Flags, rows: OptionRows): [name: string, row: OptionRow, given: Given][] {
  const given = new Map<string, Given | undefined>(Object.entries(flags));
  return Object.entries(rows).flatMap(([name, row]) => {
    const value = given.get(flagOf(name));
    return value === undefined || value === false ? [] : [[name, row, value]];
  });
}

/** The name that commander gives to an option: "limit-s" is "limitS". */
function flagOf(name: string): string {
  return name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function valueFrom(name: string, row: OptionRow, given: Given): unknown {
  if (typeof given === 'boolean') return given;
  return typeof given === 'string' ? readText(name, row, given) : given.map((text) => readText(name, row, text));
}

function readText(name: string, row: OptionRow, text: string): unknown {
  const reading = readingOf(row);
  if (reading === undefined) throw new Error(`${dashed(name)}: the schema at ${row.place} does not say how to read it`);
  const read = reading.read(text);
  if ('refused' in read) throw new BenchError('BAD_OPTION', `${dashed(name)} ${read.refused}`);
  return read.value;
}
