import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dashed, defaultOf, meaningOf, options, usageOf } from '../plan/options/options.ts';
import { commandNames, type OptionRow } from '../plan/options/row.ts';
import { parse } from '../testing/command-line.ts';
import { runBench } from '../testing/run-bench.ts';

const text = (lines: string[]) => lines.join(' ').replaceAll(/\s+/g, ' ').trim();

const rows: [name: string, row: OptionRow][] = Object.entries(options);
/** Options with a value that have no default: without them there is no such thing. */
const withoutDefault = ['link-mbit', 'resume', 'fail-if'];

describe('command line', () => {
  for (const command of commandNames) {
    const taken = rows.filter(([, row]) => row.commands.includes(command));
    test(`${command} --help names every option that it takes, with its meaning and default, and no other`, async () => {
      const { exitCode, stdout, stderr } = await parse(command, '--help');
      assert.deepEqual([exitCode, stderr], [0, []]);
      const help = text(stdout);
      for (const [name, row] of taken) {
        const usual = defaultOf(row);
        const expected = ` ${usageOf(name, row)} ${meaningOf(row)}${usual === undefined ? '' : ` (default: ${usual})`}`;
        assert.ok(help.includes(expected), expected);
      }
      const named = stdout.flatMap((line) => /^ {2}(?:-h, )?(--[a-z0-9-]+)/.exec(line)?.[1] ?? []);
      assert.deepEqual(named.toSorted(), [...taken.map(([name]) => dashed(name)), '--help'].toSorted());
    });
  }

  test('has no option that no command takes, and none with a value whose default is untold', () => {
    assert.deepEqual(
      rows.filter(([, { commands }]) => commands.length === 0),
      [],
    );
    const untold = rows.filter(([, row]) => row.value !== undefined && defaultOf(row) === undefined);
    assert.deepEqual(untold.map(([name]) => name).toSorted(), withoutDefault.toSorted());
  });

  test('--help of the whole names every command, with what it is given', async () => {
    const { exitCode, stdout } = await parse('--help');
    assert.equal(exitCode, 0);
    assert.match(text(stdout), /^Usage: bench \[options\] \[command\] \w.* Options: .* Commands: /);
    const named = stdout.flatMap((line) => /^ {2}([a-z][a-z-]*) .*?\w/.exec(line)?.[1] ?? []);
    assert.deepEqual(named.toSorted(), [...commandNames, 'help'].toSorted());
    for (const command of commandNames) {
      assert.match(
        text(stdout),
        new RegExp(` ${command} \\[options\\] (<first> <second> |<runs\\.{3}> |<user@host> )?\\w`),
      );
    }
  });

  const refused: [words: string[], sentence: RegExp][] = [
    [['compare', '--nonsense'], /unknown option '--nonsense'/],
    [['compare', '--jsn'], /unknown option '--jsn'.*--json/],
    [['compare', '--profile', 'slow'], /--profile.*'slow'.*smoke, quick, full/],
    [['compare', '--clients'], /--clients <number>' argument missing/],
    [['compare', '--clients', 'many'], /^--clients takes a whole number from 1 to \d+, not "many"$/],
    [['compare', '--trials', '0'], /^--trials takes a whole number from 1 to 100, not "0"$/],
    [['compare', '--cipher', 'RC4'], /^--cipher takes .*, not "RC4"$/],
    [['compare', '--contenders', 'async,async,async,async,async'], /names 5 servers: one run compares at most 4$/],
    [['compare', '--memory-clients', '50000'], /is more than the 30000 threads allowed: ask for fewer$/],
    [['compare', 'more'], /too many arguments/],
    [['compare', '--only', 'ramp'], /^--only takes names of build, .*, not "ramp"$/],
    [['compare', '--max-lateness', '2'], /^--max-lateness takes a number from 0 to 1, not "2"$/],
    [['compare', '--saturate'], /unknown option '--saturate'/],
    [['connect', '--rate', '5', '--rate', 'fast'], /^--rate takes a number from 0\.1 to 100000, not "fast"$/],
    [['connect', '--rate', '5', '--saturate'], /^--rate and --saturate exclude each other: name rates, or let them/],
    [['connect', '--only', 'memory'], /unknown option '--only'/],
    [['doctor', '--ports', '0'], /^--ports takes a whole number from 1 to \d+, not "0"$/],
    [['self', '--clients', '5'], /unknown option '--clients'/],
    [['compete'], /unknown command 'compete'.*compare/],
  ];
  for (const [words, sentence] of refused) {
    test(`refuses "${words.join(' ')}" with one sentence`, async () => {
      const { exitCode, stdout, stderr } = await parse(...words);
      assert.deepEqual([exitCode, stdout, stderr.length], [2, [], 1], stderr.join('\n'));
      assert.match(stderr[0] ?? '', sentence);
    });
  }

  test('without a command shows the usage', async () => {
    const { exitCode, stderr } = await parse();
    assert.equal(exitCode, 2);
    assert.match(text(stderr), /^Usage: bench .* compare .* connect .* doctor .* self /);
  });

  test('says in one sentence where results cannot be written', async () => {
    // The path of this file is not a folder.
    const { exitCode, stderr } = await runBench('compare', '--profile', 'smoke', '--results', import.meta.filename);
    assert.deepEqual([exitCode, stderr.length], [1, 1], stderr.join('\n'));
    assert.match(stderr[0] ?? '', /^results cannot be written to .*: choose another folder with --results$/);
  });
});

describe('the process of the command line', () => {
  for (const [words, exitCode] of [
    [['--help'], 0],
    [['compare', '--help'], 0],
    [['compare', '--jsn'], 2],
    [['compare', '--only', 'ramp'], 2],
    [[], 2],
  ] as [string[], number][]) {
    test(`answers "${words.join(' ')}" by its exit code, and on stdout only where that is 0`, async () => {
      const run = await runBench(...words);
      assert.deepEqual(
        [run.exitCode, run.stdout.length > 0, run.stderr.length > 0],
        [exitCode, exitCode === 0, exitCode !== 0],
      );
      if (words[0] !== 'compare') return;
      // Only the width of the help depends on the terminal.
      const inside = await parse(...words);
      assert.deepEqual([text(run.stdout), text(run.stderr)], [text(inside.stdout), text(inside.stderr)]);
    });
  }
});
