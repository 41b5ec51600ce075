import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { LatencyHistogram } from '../../clients/latency.ts';
import { BenchError } from '../errors.ts';
import { mergeQuantiles } from './histogram.ts';

/** Histograms keep three significant digits. */
const precision = 0.001;

/** A histogram as a fleet process records and sends it. */
function histogramOf(...microseconds: number[]): string {
  const histogram = new LatencyHistogram();
  for (const value of microseconds) histogram.record(value / 1_000);
  return histogram.encode();
}

function assertNear(found: number | undefined, expected: number): void {
  assert.ok(found !== undefined && Math.abs(found - expected) <= expected * precision, `${found}, not ${expected}`);
}

describe('merged histograms', () => {
  test('have no quantiles when they are empty', () => {
    assert.equal(mergeQuantiles([]), undefined);
    assert.equal(mergeQuantiles([histogramOf(), histogramOf()]), undefined);
  });

  test('give the quantiles of all values together, in milliseconds', () => {
    const low = Array.from({ length: 98 }, () => 1_000);
    const quantiles = mergeQuantiles([histogramOf(...low), histogramOf(), histogramOf(40_000, 800_000)]);
    assert.equal(quantiles?.count, 100);
    assertNear(quantiles?.p50Milliseconds, 1);
    assertNear(quantiles?.p99Milliseconds, 40);
    assertNear(quantiles?.maxMilliseconds, 800);
  });

  test('are refused with a sentence when the text is not a histogram', () => {
    for (const text of ['', 'x', 'AAAA', histogramOf(1).slice(4)]) {
      assert.throws(() => mergeQuantiles([histogramOf(1), text]), BenchError, text);
    }
  });

  test('hold both an hour and a microsecond', () => {
    const quantiles = mergeQuantiles([histogramOf(1, 3_600_000_000)]);
    assertNear(quantiles?.p50Milliseconds, 0.001);
    assertNear(quantiles?.maxMilliseconds, 3_600_000);
  });

  test('have p50 <= p99 <= max, and do not depend on the split over processes', () => {
    const values = fc.array(fc.integer({ min: 1, max: 100_000_000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(values, fc.nat(200), (all, at) => {
        const quantiles = mergeQuantiles([histogramOf(...all.slice(0, at)), histogramOf(...all.slice(at))]);
        assert.deepEqual(quantiles, mergeQuantiles([histogramOf(...all)]));
        assert.ok(quantiles !== undefined);
        assert.equal(quantiles.count, all.length);
        assert.ok(quantiles.p50Milliseconds <= quantiles.p99Milliseconds);
        assert.ok(quantiles.p99Milliseconds <= quantiles.maxMilliseconds);
        assertNear(quantiles.maxMilliseconds, Math.max(...all) / 1_000);
      }),
    );
  });

  test('are refused when damaged, and do not count as empty', () => {
    assert.throws(() => mergeQuantiles(['no histogram']));
  });
});
