import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Command } from 'commander';
import { BenchError } from '../errors.ts';
import type { Config } from '../plan/config.ts';
import { type Flags, options } from '../plan/options/options.ts';
import { readingOf } from '../plan/options/reading.ts';
import { type CommandName, commandNames, type OptionRow, type OptionRows } from '../plan/options/row.ts';
import { resolveConfig } from '../plan/resolve-config.ts';
import { repeatCommand } from '../report/repeat.ts';
import { summarizedRun } from '../testing/summarized.ts';
import { addCommand } from './options.ts';

const madeUp: OptionRow = {
  group: 'When a step passes',
  commands: ['compare', 'doctor'],
  value: 'seconds',
  help: 'length of a hold without messages',
  place: 'ramp.silentHoldMilliseconds',
  unit: 1_000,
};
const rows: OptionRows = { ...options, 'silent-hold-s': madeUp };

const commandOf = (name: CommandName, table = rows) => addCommand(new Command(), name, table).exitOverride();
const flagsOf = (...words: string[]) => commandOf('compare').parse(words, { from: 'user' }).opts<Flags>();
const configOf = (...words: string[]) =>
  resolveConfig(flagsOf('--profile', 'full', '--seed', '1', ...words), true, rows);

describe('a new row in the table of options', () => {
  test('stands in its group of the help, with its default, for the commands that take it and no other', () => {
    const asked = commandNames.filter((name) => commandOf(name).helpInformation().includes('--silent-hold-s'));
    assert.deepEqual(asked, madeUp.commands);
    const help = commandOf('compare')
      .helpInformation()
      .replaceAll(/\n {10,}/g, ' ');
    const group = help.split('\n\n').find((part) => part.startsWith(`${madeUp.group}:`)) ?? '';
    assert.match(
      group,
      /--silent-hold-s <seconds> +length of a hold without .*\(default: smoke 0\.5, quick 1, full 5\)/,
    );
  });

  test('lands at its place in the config, in the unit of the config, and nothing else changes', () => {
    const usual = configOf();
    const expected: Config = { ...usual, ramp: { ...usual.ramp, silentHoldMilliseconds: 7_000 } };
    assert.deepEqual(configOf('--silent-hold-s', '7'), expected);
  });

  test('is refused out of the range of the config, with one sentence', () => {
    for (const text of ['0', '3601', '1.5', 'long']) {
      assert.throws(
        () => configOf('--silent-hold-s', text),
        new BenchError('BAD_OPTION', `--silent-hold-s takes a whole number from 1 to 3600, not "${text}"`),
      );
    }
  });

  test('stands in the command that repeats a run, where the run differs from its profile', () => {
    const { summary } = summarizedRun('a');
    const repeat = (config: Config) => repeatCommand({ ...summary, config }, rows);
    const words = repeat(configOf('--silent-hold-s', '7')).split(' -- ')[1]?.split(' ') ?? [];
    assert.deepEqual(configOf(...words), configOf('--silent-hold-s', '7'));
    assert.ok(words.includes('--silent-hold-s'));
    assert.doesNotMatch(repeat(configOf()), /--silent-hold-s/);
  });

  test('is unknown without its row', () => {
    const command = commandOf('compare', options).configureOutput({ writeErr: () => {} });
    assert.throws(() => command.parse(['--silent-hold-s', '7'], { from: 'user' }), /unknown option '--silent-hold-s'/);
  });
});

for (const [name, row] of Object.entries<OptionRow>(options)) {
  test(`--${name} has commands, and a reading if its value sets a field of the config`, () => {
    assert.notEqual(row.commands.length, 0);
    assert.equal(readingOf(row) !== undefined, row.place !== undefined && row.value !== undefined);
  });
}
