import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runBench, startBench } from './testing/run-bench.ts';

const text = (lines: string[]) => lines.join(' ').replaceAll(/\s+/g, ' ');

describe('command line', { timeout: 60_000, concurrency: 2 }, () => {
  test('--help names every option with its default', async () => {
    const { exitCode, stdout, stderr } = await runBench('compare', '--help');
    assert.equal(exitCode, 0);
    assert.deepEqual(stderr, []);
    const help = text(stdout);
    const options = [
      /--profile <name> .*?\(choices: "smoke", "quick", "full", default: "quick"\)/,
      /--contenders <names> .*?\(default: blocking,async\)/,
      /--clients <number> .*?\(default: smoke \d+, quick \d+, full 25000\)/,
      /--memory-clients <number> .*?\(default: smoke \d+, quick 100, full 100\)/,
      /--interval-ms <ms> .*?\(default: smoke \d+, quick 1000, full 1000\)/,
      /--message-bytes <bytes> .*?\(default: 10240\)/,
      /--trials <number> .*?\(default: smoke \d+, quick \d+, full \d+\)/,
      /--cipher <name> .*?\(default: by the CPU: AES-128-GCM .* ChaCha20\)/,
      /--results <directory> .*?\(default: ".*results"\)/,
      /--json print the path of summary\.json/,
    ];
    for (const option of options) assert.match(help, option);
    const named = [...help.matchAll(/ (--[a-z-]+)[ ,]/g)].map((match) => match[1]);
    assert.deepEqual(
      named.toSorted(),
      [...options.map((option) => /--[a-z-]+/.exec(option.source)?.[0]), '--help'].toSorted(),
    );
  });

  test('--help of the whole names every command', async () => {
    const { exitCode, stdout } = await runBench('--help');
    assert.equal(exitCode, 0);
    for (const command of ['compare', 'self']) assert.match(text(stdout), new RegExp(` ${command} \\[options\\] \\w`));
  });

  const refused: [words: string[], sentence: RegExp][] = [
    [['compare', '--nonsense'], /unknown option '--nonsense'/],
    [['compare', '--jsn'], /unknown option '--jsn'.*--json/],
    [['compare', '--profile', 'slow'], /--profile.*'slow'.*smoke, quick, full/],
    [['compare', '--clients'], /--clients <number>' argument missing/],
    [['compare', '--clients', 'many'], /^--clients takes a whole number from 1 to \d+, not "many"$/],
    [['compare', '--trials', '0'], /^--trials takes a whole number from 1 to 100, not "0"$/],
    [['compare', '--cipher', 'RC4'], /^--cipher takes .*, not "RC4"$/],
    [['compare', '--contenders', 'async,async'], /names one server twice/],
    [['compare', '--memory-clients', '50000'], /is more than the 30000 threads allowed: ask for fewer$/],
    [['compare', 'more'], /too many arguments/],
    [['self', '--clients', '5'], /unknown option '--clients'/],
    [['compete'], /unknown command 'compete'.*compare/],
  ];
  for (const [words, sentence] of refused) {
    test(`refuses "${words.join(' ')}" with one sentence`, async () => {
      await using bench = await startBench(...words);
      assert.equal(await bench.ended, 2);
      assert.equal(bench.stderr.length, 1, bench.stderr.join('\n'));
      assert.match(bench.stderr[0] ?? '', sentence);
      assert.deepEqual(bench.stdout, []);
    });
  }

  test('without a command shows the usage', async () => {
    const { exitCode, stderr } = await runBench();
    assert.equal(exitCode, 2);
    assert.match(text(stderr), /^Usage: bench .* compare .* self /);
  });

  test('says in one sentence where results cannot be written', async () => {
    // A file of this folder is no folder.
    await using bench = await startBench('compare', '--profile', 'smoke', '--results', import.meta.filename);
    assert.equal(await bench.ended, 1);
    assert.equal(bench.stderr.length, 1, bench.stderr.join('\n'));
    assert.match(bench.stderr[0] ?? '', /^results cannot be written to .*: choose another folder with --results$/);
  });
});
