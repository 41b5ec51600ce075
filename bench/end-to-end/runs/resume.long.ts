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
  // However late the fleet is here.
  ...['--max-lateness', '1', '--max-fleet-busy', '1'],
] as const;

describe('a run that was killed', { timeout: 90_000 }, () => {
  test('is gone on with, its torn last line mended, and is then as one that never was', async () => {
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
    // Not one of them was measured twice, and nothing was built twice.
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
    assert.match(refused.stderr.join('\n'), /^this run cannot be gone on with: nothing of it is missing$/);
  });

  test('is not gone on with while it still goes on, nor by another plan, nor when there is nothing of it', async () => {
    await using bench = await startBench(...small);
    await bench.progress(/trial 1 of 4/);
    const folder = await bench.runFolder();
    const others: [words: string[], exitCode: number, sentence: RegExp][] = [
      [['--resume', folder], 1, /: process \d+ is still at it: wait for its end, or stop it$/],
      [['--resume', folder, '--trials', '9'], 2, /^--trials cannot stand beside --resume/],
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
