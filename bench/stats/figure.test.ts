import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { figureOf, figureSchema, isMeasured, medianOf } from './figure.ts';

describe('a figure', () => {
  test('is the median with its spread, and keeps every value in the order of the trials', () => {
    assert.deepEqual(figureOf([3, 1, 2], 'x'), {
      median: 2,
      min: 1,
      max: 3,
      interval: { low: 1, high: 3 },
      values: [3, 1, 2],
    });
    assert.deepEqual(figureOf([4, 1], 'x'), {
      median: 2.5,
      min: 1,
      max: 4,
      interval: { low: 1, high: 4 },
      values: [4, 1],
    });
  });

  test('leaves out a trial without a value, and does not count it as 0', () => {
    assert.deepEqual(figureOf([undefined, 5, undefined, 7], 'x'), {
      median: 6,
      min: 5,
      max: 7,
      interval: { low: 5, high: 7 },
      values: [5, 7],
    });
  });

  test('is absent with a reason when no trial has a value', () => {
    for (const values of [[], [undefined, undefined]]) {
      assert.deepEqual(figureOf(values, 'no trial was finished'), { absent: 'no trial was finished' });
    }
  });

  test('has no interval for one value', () => assert.ok(!('interval' in figureOf([5], 'x'))));

  test('of 0 is measured', () => {
    const figure = figureOf([0], 'x');
    assert.ok(isMeasured(figure));
    assert.equal(figure.median, 0);
  });

  test('lies between its lowest and its highest value, and stays the same when written and read', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -1e12, max: 1e12 }), { minLength: 1, maxLength: 8 }),
        (values) => {
          const figure = figureOf(values, 'x');
          assert.ok(isMeasured(figure));
          assert.ok(figure.min <= figure.median && figure.median <= figure.max);
          const { low, high } = figure.interval ?? { low: figure.median, high: figure.median };
          assert.ok(figure.min <= low && low <= figure.median && figure.median <= high && high <= figure.max);
          assert.ok(values.every((value) => value >= figure.min && value <= figure.max));
          const read = figureSchema.parse(JSON.parse(JSON.stringify(figure)));
          assert.ok(isMeasured(read) && read.values.length === values.length);
        },
      ),
    );
  });
});

test('the median of an empty list is undefined', () => {
  assert.equal(medianOf([]), undefined);
  assert.equal(medianOf([2, 9, 4]), 4);
});
