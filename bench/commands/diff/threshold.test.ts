import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BenchError } from '../../errors.ts';
import type { Entry } from '../../record/record.ts';
import { type Summary, summarize } from '../../summary/summary.ts';
import { endEntry, memoryEntries, runEntry } from '../../testing/runs.ts';
import { crossed, parseThreshold } from './threshold.ts';

/** A run that only measured builds, with these bundle sizes. */
function run(...bytes: number[]): Summary {
  const sized = bytes.flatMap((size): Entry[] => [
    { type: 'bundle', contender: 'async', bytes: size, gzipBytes: 1, brotliBytes: 1 },
    { type: 'build', contender: 'async', typeCheckMilliseconds: size, bundleMilliseconds: 1 },
  ]);
  return summarize([runEntry({ contenders: 'async', trials: '4' }), ...sized, endEntry()]);
}

describe('a threshold', () => {
  const table: [text: string, expected: Partial<ReturnType<typeof parseThreshold>>][] = [
    ['async.memory.rssBytesPerClient > 1.1x', { figure: 'rssBytesPerClient', operator: '>', bound: 1.1, of: 'ratio' }],
    ['async.rssBytesPerClient>=10%', { operator: '>=', bound: 1.1, of: 'ratio' }],
    ['async.rssBytesPerClient < 10%', { operator: '<', bound: 0.9, of: 'ratio' }],
    ['blocking.connected.maxClientsConnected < 1500', { contender: 'blocking', bound: 1_500, of: 'value' }],
    [' async-2.latencyP99Milliseconds <= 0.5 ', { contender: 'async-2', operator: '<=', bound: 0.5 }],
  ];
  for (const [text, expected] of table) {
    test(`${text} is parsed`, () => {
      const threshold = parseThreshold(text);
      assert.deepEqual({ ...threshold, ...expected }, threshold);
    });
  }

  const bad: [text: string, sentence: RegExp][] = [
    ['', /write it like/],
    ['async > 1', /write it like/],
    ['async-5.rssBytes > 1x', /write it like/],
    ['async.rssBytes = 1x', /write it like/],
    ['async.rssBytes > -1x', /write it like/],
    ['async.rssBytes > 1.1y', /write it like/],
    ['async.constructor > 1', /there is no figure "constructor": compileMilliseconds, /],
    ['async.sending.rssBytes > 1x', /rssBytes is of the phase memory/],
  ];
  for (const [text, sentence] of bad) {
    test(`"${text}" is refused`, () => {
      assert.throws(
        () => parseThreshold(text),
        (error) => error instanceof BenchError && error.code === 'BAD_OPTION' && sentence.test(error.message),
      );
    });
  }

  const judged: [text: string, first: Summary, second: Summary, expected: RegExp | undefined][] = [
    ['async.bundleBytes > 1.1x', run(100, 100), run(105, 105), undefined],
    ['async.bundleBytes > 1.1x', run(100, 100), run(120, 120), /> 1\.1x: it is 1\.2 \(1\.2–1\.2\)$/],
    ['async.bundleBytes > 10%', run(100, 100), run(120, 120), /> 10%: it is 1\.2/],
    ['async.bundleBytes > 1.1x', run(100), run(120), /it is 1\.2 \(1\.2–1\.2\)$/],
    ['async.typeCheckMilliseconds > 1.1x', run(100), run(120), /it is 1\.2, of one trial$/],
    ['async.bundleBytes > 1.1x', run(100, 100), run(100, 115, 130), /\(1–1\.3\), but the interval includes/],
    ['async.bundleBytes > 110', run(500, 500), run(111, 111), /it is 111 \(111–111\)$/],
    ['async.bundleBytes < 110', run(500, 500), run(111, 111), undefined],
    ['async.rssBytes > 1.1x', run(100), run(100), /not measured in the second run: no memory trial was finished$/],
    ['blocking.bundleBytes > 1.1x', run(100), run(100), /blocking is not in both runs$/],
    // Runs may have a server that this tree lacks.
    ['async-pool.bundleBytes > 1.1x', run(100), run(100), /async-pool is not in both runs$/],
  ];
  for (const [text, first, second, expected] of judged) {
    test(`${text} ${expected === undefined ? 'is kept' : `says ${expected}`}`, () => {
      const found = crossed(parseThreshold(text), first, second);
      if (expected === undefined) assert.equal(found, undefined);
      else assert.match(found ?? 'it was kept', expected);
    });
  }

  test('relative to the first run fails when the first run did not measure the figure', () => {
    const measured = summarize([runEntry({ contenders: 'async' }), ...memoryEntries('async'), endEntry()]);
    const found = crossed(parseThreshold('async.rssBytes > 1.1x'), run(100), measured);
    assert.match(found ?? '', /not measured in the first run/);
  });
});
