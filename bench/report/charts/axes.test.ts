import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { endsOf, fromZero, labelsWidth, logarithmic, upTo } from './axes.ts';

describe('an axis', () => {
  test('from zero ends at a round number', () => {
    const cases: [highest: number, ticks: number[]][] = [
      [9_439, [0, 5_000, 10_000]],
      [1.94, [0, 0.5, 1, 1.5, 2]],
      [4, [0, 1, 2, 3, 4]],
      [1.25e9, [0, 5e8, 1e9, 1.5e9]],
    ];
    for (const [highest, ticks] of cases) {
      const scale = fromZero([highest / 2, highest], String);
      assert.deepEqual(scale.ticks, ticks);
      assert.equal(scale.max, ticks.at(-1));
    }
  });

  test('up to the highest value has no tick at its end', () => {
    const scale = upTo(138.15, String, 9);
    assert.equal(scale.max, 138.15);
    assert.deepEqual(scale.ticks, [0, 20, 40, 60, 80, 100, 120]);
  });

  test('that is logarithmic ends at round numbers around the values', () => {
    const { min, max, ticks } = logarithmic([63e6, 191e6], String, 9);
    assert.deepEqual([min, max, ticks], [50e6, 200e6, [50e6, 100e6, 200e6]]);
  });

  test('over many decades has ticks at powers of ten, or at some of them', () => {
    assert.deepEqual(logarithmic([21, 19_976], String, 8).ticks, [100, 1_000, 10_000]);
    assert.deepEqual(logarithmic([1, 90_000], String, 5).ticks, [1, 100, 10_000]);
  });

  test('has a length for a single value', () => {
    const { min, max } = logarithmic([100], String, 8);
    assert.ok(min <= 100 && max > 100 && min < max);
  });

  test('measures the room that its labels take', () => {
    const scale = upTo(10, (value) => `${value} messages`, 2);
    assert.ok(labelsWidth(scale) > labelsWidth(upTo(10, String, 2)) + 40);
    assert.ok(endsOf(scale).right > endsOf(scale).left, 'the label of 10 is wider than that of 0');
  });
});
