import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { medianInterval, ratioInterval } from './bootstrap.ts';

const trials = fc.array(fc.double({ min: 1, max: 1_000, noNaN: true }), { minLength: 2, maxLength: 8 });

describe('an interval', () => {
  test('of one value is not known', () => {
    assert.equal(medianInterval([5]), undefined);
    assert.equal(ratioInterval([5], [5, 6]), undefined);
    assert.equal(ratioInterval([5, 6], [5]), undefined);
  });

  test('of values that are all the same has no width', () => {
    assert.deepEqual(medianInterval([7, 7, 7]), { low: 7, high: 7 });
    assert.deepEqual(ratioInterval([6, 6], [3, 3]), { low: 2, high: 2 });
  });

  test('is the same whenever it is computed', () => {
    assert.deepEqual(medianInterval([1, 2, 3, 4, 9]), medianInterval([1, 2, 3, 4, 9]));
  });

  test('lies within what was measured, and grows with how far trials lie apart', () => {
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

  test('of a ratio is that of the units too', () => {
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
