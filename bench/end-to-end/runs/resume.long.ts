import assert from 'node:assert/strict';
import { appendFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { planTrials } from '../../plan/plan.ts';
import { ofType } from '../../record/entries.ts';
import { readRecord } from '../../record/file.ts';
import { recordFileName } from '../../record/writer.ts';
import { finishedTrials } from '../../run/resume.ts';
import { summarize } from '../../summary/summary.ts';
import { assertAllGoSoon, runBench, startBench } from '../../testing/run-bench.ts';

const small = [
  ...['compare', '--profile', 'smoke', '--contenders', 'async', '--only', 'build,memory,connected', '--trials', '2'],
  // A late fleet on a busy machine must not void trials.
  ...['--max-lateness', '1', '--max-fleet-busy', '1'],
] as const;

describe('a killed run', () => {
  test('is resumed without its torn last line, and then reads like an uninterrupted one', async () => {
    await using bench = await startBench(...small);
    await bench.progress(/trial 3 of 4/);
    bench.process.kill('SIGKILL');
    await bench.ended;
    await assertAllGoSoon(bench);
    const folder = await bench.runFolder();
    await appendFile(join(folder, recordFileName), '{"type":"warning","mess');
    const before = await readRecord(folder);
    const done = finishedTrials(before);
    assert.equal(done.size, 2);

    const { exitCode, stderr } = await runBench('compare', '--resume', folder);
    assert.equal(exitCode, 0, stderr.join('\n'));
    const after = await readRecord(folder);
    const { config, outcome, contenders } = summarize(after);
    assert.equal(outcome, 'complete');
    assert.deepEqual(finishedTrials(after), new Set(planTrials(config).map(({ id }) => id)));
    // No trial ran twice, and no build was timed twice.
    const trials = ofType(after, 'trial').map(({ trial }) => trial);
    assert.equal(new Set(trials).size, trials.length);
    assert.equal(ofType(after, 'build').length, config.buildRuns);
    assert.equal(contenders.async?.maxClientsConnected.stops.length, 2);
    const text = JSON.stringify(after);
    for (const entry of ofType(before, 'trialEnd')) {
      if (done.has(entry.trial)) assert.ok(text.includes(JSON.stringify(entry)), entry.trial);
    }

    const refused = await runBench('compare', '--resume', folder);
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr.join('\n'), /^cannot resume: this run is already complete$/);
  });

  test('is not resumed while it still runs, with another plan, or with an empty record', async () => {
    await using bench = await startBench(...small);
    await bench.progress(/trial 1 of 4/);
    const folder = await bench.runFolder();
    const others: [words: string[], exitCode: number, sentence: RegExp][] = [
      [['--resume', folder], 1, /: the run is still active in process \d+: wait until that process ends, or stop it$/],
      [['--resume', folder, '--trials', '9'], 2, /^--trials cannot be combined with --resume/],
      [['--resume', `${folder}-x`], 1, / is not there: name the folder of a run$/],
    ];
    for (const [words, code, sentence] of others) {
      const { exitCode, stderr } = await runBench('compare', ...words);
      assert.equal(exitCode, code);
      assert.match(stderr.join('\n'), sentence);
    }
    bench.process.kill('SIGKILL');
    await bench.ended;
    await truncate(join(folder, recordFileName), 10);
    const { exitCode, stderr } = await runBench('compare', '--resume', folder);
    assert.equal(exitCode, 1);
    assert.match(stderr.join('\n'), /record\.jsonl ends within its first line, .*: name the folder of another run$/);
  });
});
