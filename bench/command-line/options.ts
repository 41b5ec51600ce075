import { type Command, Option } from 'commander';
import { defaultOf, meaningOf, options, usageOf } from '../plan/options/options.ts';
import { type CommandName, type OptionRow, type OptionRows, scriptOf } from '../plan/options/row.ts';

/** Adds a command to the program, with the options that it takes. @returns the command */
export function addCommand(program: Command, name: CommandName, rows: OptionRows = options): Command {
  const command = program.command(name).allowExcessArguments(false);
  command.configureHelp({ commandUsage: () => `npm run ${scriptOf(name)} -- ${command.usage()}` });
  for (const [option, row] of Object.entries(rows)) {
    if (row.commands.includes(name)) command.addOption(optionOf(option, row));
  }
  return command.addHelpOption(new Option('-h, --help', 'show this help').helpGroup('Help:'));
}

function optionOf(name: string, row: OptionRow): Option {
  const usual = defaultOf(row);
  const help = usual === undefined ? meaningOf(row) : `${meaningOf(row)} (default: ${usual})`;
  const option = new Option(usageOf(name, row), help).helpGroup(`${row.group}:`);
  if (row.choices !== undefined) option.choices(row.choices);
  return row.isRepeatable ? option.argParser<string[]>(append) : option;
}

function append(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), text];
}
