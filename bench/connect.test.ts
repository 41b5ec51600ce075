import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, test } from 'node:test';
import { ofType } from './entries.ts';
import { readRecord } from './record/file.ts';
import { isMeasured } from './stats/figure.ts';
import { summarySchema } from './summary.ts';
import { assertNothingLeft, startBench } from './testing/run-bench.ts';

describe('connect', () => {
  test('runs the rates asked for and HTTPS requests, and nothing else', async () => {
    const small = ['--profile', 'smoke', '--contenders', 'async', '--json', '--quiet'];
    await using bench = await startBench('connect', ...small, '--rate', '60', '--rate', '90');
    assert.equal(await bench.ended, 0, bench.stderr.join('\n'));
    assertNothingLeft(bench);
    for (const line of bench.stderr) assert.match(line, /^warning: /, 'nothing else is said to who asked for quiet');

    const file = bench.stdout.at(-1) ?? '';
    const summary = summarySchema.parse(JSON.parse(await readFile(file, 'utf8')));
    const entries = await readRecord(dirname(file));
    assert.deepEqual(
      ofType(entries, 'trial').map(({ trial }) => trial),
      ['calibration-fleet', 'calibration-stall', 'arrivals-1-async', 'https-1-async'],
    );
    assert.deepEqual(ofType(entries, 'build'), [], 'what is built is not measured');
    const steps = ofType(entries, 'arrival').map(({ step }) => step);
    assert.deepEqual(
      steps.map(({ askedPerSecond }) => askedPerSecond),
      [60, 90],
    );
    for (const { due, finished, failures } of steps) {
      const failed = Object.values(failures).reduce((sum, number) => sum + number, 0);
      assert.equal(finished + failed, due, 'each ended, well or not');
      assert.ok(due >= summary.config.arrivals.leastArrivals);
    }
    const { async } = summary.contenders;
    assert.ok(async !== undefined && isMeasured(async.httpsRequestsPerSecondReconnecting));
    assert.equal(async.tlsConnectionsHaveKnee, steps[1]?.verdict === 'failed' && steps[0]?.verdict === 'kept');

    const lines = bench.stdout.filter((line) => line.startsWith('│ async'));
    assert.equal(lines.length, 2, 'a line for each rate');
    assert.ok(
      bench.stdout.some((line) => line.startsWith('HTTPS requests per second, kept / new connections: async ')),
    );
    assert.ok(!bench.stdout.some((line) => line.includes('Compile time')));
  });
});
