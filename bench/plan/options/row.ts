import type { Config } from '../config.ts';

export const commandNames = [
  'compare',
  'connect',
  'doctor',
  'diff',
  'report',
  'self',
  'deploy',
  'deploy-status',
  'deploy-restore',
] as const;
export type CommandName = (typeof commandNames)[number];

/** The script of package.json that starts a command. */
export function scriptOf(name: CommandName): string {
  return name.startsWith('deploy') ? name.replace('-', ':') : `bench:${name}`;
}

/** Headings of the help, in its order. */
export type Group =
  | 'What is measured'
  | 'The load'
  | 'When a step passes'
  | 'How long and how exact'
  | 'Machines'
  | 'Output';

/** Everything about one option. Its name, without the dashes, is its key in the table. */
export interface OptionRow {
  group: Group;
  commands: readonly CommandName[];
  /** Name of its value in the help. Absent: the option is a switch. */
  value?: string;
  /** It may be given several times. */
  isRepeatable?: true;
  help: string;
  /** The default in words, where the profiles do not decide it. */
  default?: string;
  /** What may replace the default of the profile. In the help it follows that default and "or". */
  orElse?: string;
  /** The values that the help lists. */
  choices?: readonly string[];
  /** Where its value stands in the config, whose schema is the option's too. Absent: it does not decide the config. */
  place?: Place<Config>;
  /** One unit of the option in the unit of the config. Absent: 1. */
  unit?: number;
  /** Highest value, where the config allows higher ones. */
  most?: number;
  /** How its text is read and written, where the schema does not tell. */
  reading?: Reading;
  /** What its place in the config gets without it, where that depends on the rest of the config. */
  follows?: (config: Config) => number;
  /**
   * In the command that repeats a run, an option with a place stands where the run differs from its profile, or always.
   * A function says how often any other option stands there: its value is for the reader to fill in.
   */
  repeat?: 'always' | ((run: RepeatableRun) => number);
  /** Releases that did not audit their trials do not know it. */
  isSinceAudits?: true;
  /** It may stand beside --resume. */
  isForResume?: true;
  /** It makes sense only beside --target. */
  needsTarget?: true;
}

/** How the text of an option becomes a value of the config, and the other way round. */
export interface Reading {
  /** What the option takes, to follow that word in a sentence. */
  takes: string;
  /** What is refused follows the name of the option in a sentence. */
  read: (text: string) => { value: unknown } | { refused: string };
  write: (value: unknown) => string;
}

export type OptionRows = Readonly<Record<string, OptionRow>>;

/** What the command that repeats a run is made from. */
export interface RepeatableRun {
  config: Config;
  isSameMachine: boolean;
  furtherFleet?: readonly string[] | undefined;
}

/** What the command line says, by the names that commander gives to options: `--limit-s` is `limitS`. */
export type FlagsOf<Rows extends OptionRows> = {
  [Name in keyof Rows & string as CamelCase<Name>]?: FlagOf<Rows[Name]> | undefined;
};
type FlagOf<Row extends OptionRow> = Row extends { isRepeatable: true }
  ? string[]
  : Row extends { value: string }
    ? string
    : boolean;
type CamelCase<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : Name;

/** Names of a value in nested objects, from the outside in: "ramp.clients". */
type Place<Whole> = {
  [Name in keyof Whole & string]-?: NonNullable<Whole[Name]> extends readonly unknown[] | string | number | boolean
    ? Name
    : `${Name}.${Place<NonNullable<Whole[Name]>>}`;
}[keyof Whole & string];
