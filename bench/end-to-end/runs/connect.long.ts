import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, test } from 'node:test';
import { ofType } from '../../record/entries.ts';
import { readRecord } from '../../record/file.ts';
import { isMeasured } from '../../stats/figure.ts';
import { summarySchema } from '../../summary/summary.ts';
import { assertNothingLeft, startBench } from '../../testing/run-bench.ts';

describe('connect', () => {
  test('runs only the requested rates and HTTPS requests', async () => {
    const small = ['--profile', 'smoke', '--contenders', 'async', '--json', '--quiet'];
    await using bench = await startBench('connect', ...small, '--rate', '60', '--rate', '90');
    assert.equal(await bench.ended, 0, bench.stderr.join('\n'));
    assertNothingLeft(bench);
    for (const line of bench.stderr) assert.match(line, /^warning: /, '--quiet shows only warnings');

    const file = bench.stdout.at(-1) ?? '';
    const summary = summarySchema.parse(JSON.parse(await readFile(file, 'utf8')));
    const entries = await readRecord(dirname(file));
    assert.deepEqual(
      ofType(entries, 'trial').map(({ trial }) => trial),
      ['calibration-fleet', 'calibration-stall', 'arrivals-1-async', 'https-1-async'],
    );
    assert.deepEqual(ofType(entries, 'build'), [], 'builds are not measured');
    const steps = ofType(entries, 'arrival').map(({ step }) => step);
    assert.deepEqual(
      steps.map(({ askedPerSecond }) => askedPerSecond),
      [60, 90],
    );
    for (const { due, finished, failures } of steps) {
      const failed = Object.values(failures).reduce((sum, number) => sum + number, 0);
      assert.equal(finished + failed, due, 'each succeeded or failed');
      assert.ok(due >= summary.config.arrivals.leastArrivals);
    }
    const { async } = summary.contenders;
    assert.ok(async !== undefined && isMeasured(async.httpsRequestsPerSecondReconnecting));
    assert.equal(async.tlsConnectionsHaveKnee, steps[1]?.verdict === 'failed' && steps[0]?.verdict === 'kept');

    const lines = bench.stdout.filter((line) => line.startsWith('│ async'));
    assert.equal(lines.length, 2, 'one line per rate');
    assert.ok(
      bench.stdout.some((line) => line.startsWith('HTTPS requests per second, kept / new connections: async ')),
    );
    assert.ok(!bench.stdout.some((line) => line.includes('Compile time')));
  });
});
