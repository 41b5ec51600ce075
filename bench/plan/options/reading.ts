import { z } from 'zod';
import { schemaAt } from './place.ts';
import type { OptionRow, Reading } from './row.ts';

/** By the schema at the option's place in the config, unless the row brings its own. */
export function readingOf(row: OptionRow): Reading | undefined {
  const schema = row.place === undefined ? undefined : schemaAt(row.place);
  const single = schema instanceof z.ZodArray ? schema.element : schema;
  if (row.reading !== undefined) return row.reading;
  if (single instanceof z.ZodNumber) return numberReading(single, row);
  return single instanceof z.ZodEnum ? choiceReading(single.options.map(String)) : undefined;
}

/**
 * Whether the option accepts a value of a config as its text. A row with its own reading does: names of servers come from
 * the run, and this tree may lack one of them.
 */
export function isTaken(row: OptionRow, text: string): boolean {
  if (row.reading !== undefined) return true;
  const read = readingOf(row)?.read(text);
  return read !== undefined && 'value' in read;
}

function numberReading(schema: z.ZodNumber, { unit = 1, most = Number.POSITIVE_INFINITY }: OptionRow): Reading {
  const isWhole = schema.isInt;
  const low = roundIf(isWhole, Math.ceil, (schema.minValue ?? 0) / unit);
  const high = Math.min(most, roundIf(isWhole, Math.floor, (schema.maxValue ?? Number.POSITIVE_INFINITY) / unit));
  const takes = `${isWhole ? 'a whole number' : 'a number'} from ${low} to ${high}`;
  const pattern = isWhole ? /^\d+$/ : /^\d+(\.\d+)?$/;
  return {
    takes,
    read: (text) => {
      const value = pattern.test(text) ? Number(text) : Number.NaN;
      return value >= low && value <= high ? { value: value * unit } : { refused: `takes ${takes}, not "${text}"` };
    },
    write: (value) => String(Number(value) / unit),
  };
}

function roundIf(isWhole: boolean, round: (value: number) => number, value: number): number {
  return isWhole ? round(value) : value;
}

function choiceReading(legal: readonly string[]): Reading {
  const takes = legal.join(', ');
  return {
    takes,
    read: (text) => (legal.includes(text) ? { value: text } : { refused: `takes ${takes}, not "${text}"` }),
    write: String,
  };
}

/** Names with commas between. @param legal is asked when a text is read, since a server's name may come from a file. */
export function namesReading<Name extends string>(
  legal: () => readonly Name[],
  { toConfig, fromConfig }: NamesInConfig<Name>,
): Reading {
  const takes = () => `names of ${legal().join(', ')} with commas between`;
  return {
    get takes() {
      return takes();
    },
    read: (text) => {
      const names = z.array(z.enum(legal())).min(1).safeParse(text.split(','));
      if (!names.success) return { refused: `takes ${takes()}, not "${text}"` };
      const found = toConfig(names.data);
      return typeof found === 'string' ? { refused: `${text} ${found}` } : { value: found };
    },
    write: (value) => fromConfig(value).join(','),
  };
}

interface NamesInConfig<Name> {
  /** The value in the config, or what is wrong with the names, to follow them in a sentence. */
  toConfig: (names: readonly Name[]) => readonly unknown[] | string;
  fromConfig: (value: unknown) => readonly Name[];
}
