import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { normalSource } from '../testing/normal.ts';
import { medianInterval, ratioInterval } from './bootstrap.ts';
import { seededRandom } from './random.ts';

const trials = fc.array(fc.double({ min: 1, max: 1_000, noNaN: true }), { minLength: 2, maxLength: 8 });

describe('an interval', () => {
  test('is undefined for one value', () => {
    assert.equal(medianInterval([5]), undefined);
    assert.equal(ratioInterval([5], [5, 6]), undefined);
    assert.equal(ratioInterval([5, 6], [5]), undefined);
  });

  test('has no width when all values are the same', () => {
    assert.deepEqual(medianInterval([7, 7, 7]), { low: 7, high: 7 });
    assert.deepEqual(ratioInterval([6, 6], [3, 3]), { low: 2, high: 2 });
  });

  test('is the same each time it is computed', () => {
    assert.deepEqual(medianInterval([1, 2, 3, 4, 9]), medianInterval([1, 2, 3, 4, 9]));
  });

  test('lies within the measured values, and grows with their spread', () => {
    fc.assert(
      fc.property(trials, trials, (values, base) => {
        const interval = ratioInterval(values, base);
        assert.ok(interval !== undefined && interval.low <= interval.high);
        assert.ok(interval.low >= (Math.min(...values) / Math.max(...base)) * (1 - 1e-12));
        assert.ok(interval.high <= (Math.max(...values) / Math.min(...base)) * (1 + 1e-12));
      }),
      { numRuns: 30 },
    );
    const width = ({ low, high } = { low: 0, high: 0 }) => high - low;
    assert.ok(width(medianInterval([90, 95, 100, 105, 110])) > width(medianInterval([98, 99, 100, 101, 102])));
  });

  test('does not depend on the unit for a ratio', () => {
    const [values, base] = [
      [110, 120, 130],
      [100, 101, 102],
    ];
    const thousandth = (numbers: number[]) => numbers.map((number) => number / 1_000);
    const [in1, in2] = [ratioInterval(values, base), ratioInterval(thousandth(values), thousandth(base))];
    assert.ok(in1 !== undefined && in2 !== undefined);
    assert.ok(Math.abs(in1.low - in2.low) < 1e-9 && Math.abs(in1.high - in2.high) < 1e-9);
  });
});

/** The coverage that results/README.md states for few trials, whose interval ends at the lowest and the highest value. */
describe('the true median lies in the interval', () => {
  const draws = 400;
  for (const [trials, expected] of [
    [2, 0.5],
    [4, 0.875],
    [5, 0.9375],
  ] as const) {
    test(`in ${100 * expected} % of all cases for ${trials} trials`, () => {
      const normal = normalSource(seededRandom(trials));
      let held = 0;
      for (let draw = 0; draw < draws; draw += 1) {
        const interval = medianInterval(Array.from({ length: trials }, normal));
        if (interval !== undefined && interval.low <= 0 && interval.high >= 0) held += 1;
      }
      // Four standard errors of this share over this many draws.
      const error = 4 * Math.sqrt((expected * (1 - expected)) / draws);
      assert.ok(Math.abs(held / draws - expected) <= error, `${held} of ${draws}`);
    });
  }
});
