import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ofType } from '../../record/entries.ts';
import { readRecord } from '../../record/file.ts';
import { isMeasured } from '../../stats/figure.ts';
import { summarize } from '../../summary/summary.ts';
import { runBench, startBench } from '../../testing/run-bench.ts';

/** A maximum lateness of 0 voids every trial, because every fleet is a little late. */
const never = ['compare', '--profile', 'smoke', '--contenders', 'async', '--only', 'memory', '--max-lateness', '0'];

describe('a trial that does not pass its audit', () => {
  test('is void, runs once more, counts nowhere, and runs again when the run is resumed', async () => {
    await using bench = await startBench(...never);
    assert.equal(await bench.ended, 0, bench.stderr.join('\n'));
    const folder = await bench.runFolder();
    const entries = await readRecord(folder);
    assert.deepEqual(
      ofType(entries, 'trialEnd').map(({ trial, outcome }) => [trial, outcome]),
      [
        ['memory-1-async', 'void'],
        ['memory-1-async/again', 'void'],
      ],
    );
    const why = /p99 of how late messages were sent at 10 clients: [\d.]+ ms, asked for at most 0 ms/;
    assert.match(bench.stderr.join('\n'), new RegExp(`memory-1-async is void: ${why.source}`));
    const { audit, contenders } = summarize(entries);
    assert.deepEqual([audit.trials, audit.void], [2, 2]);
    const rss = contenders.async?.rssBytes;
    assert.ok(rss !== undefined && !isMeasured(rss));
    assert.match(rss.absent, why);
    assert.match(
      await readFile(join(folder, 'table.md'), 'utf8'),
      /Audit: 2 trials, \d+ checks met; 2 void and not counted/,
    );

    const { exitCode } = await runBench('compare', '--resume', folder);
    assert.equal(exitCode, 0);
    const after = summarize(await readRecord(folder));
    assert.deepEqual(
      [after.audit.trials, after.audit.void],
      [4, 4],
      'void trials before the resumption still count as void',
    );
  });
});
