import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { figureOf } from '../stats/figure.ts';
import { type Format, megabytes, microseconds, milliseconds, show, whole } from './format.ts';

const cases: [what: string, values: number[], format: Format, text: string][] = [
  ['one value', [1_234.6], whole, '1,235'],
  ['values that are the same', [7, 7, 7], whole, '7'],
  ['several values, with the largest distance from the median', [1_000, 1_100, 1_500], whole, '1,100 ± 400'],
  ['counts that are equal after rounding', [1_135.8, 1_136.1], whole, '1,136'],
  ['a spread below one for a time', [10, 10.4], milliseconds, '10.2 ± 0.2 ms'],
  ['a spread in another unit', [10_600_000, 10_637_000], megabytes, '10.6 ± 0.018 MB'],
  ['times beyond ten seconds', [12_000, 12_400], milliseconds, '12.2 s ± 200 ms'],
  ['zeros', [0, 0], microseconds, '0 µs'],
];

describe('a figure as text', () => {
  for (const [what, values, format, text] of cases) {
    test(`of ${what}`, () => assert.equal(show(figureOf(values, 'never'), format), text));
  }

  test('gives the reason when there is no value', () => {
    assert.equal(show(figureOf([], 'no trial was finished'), whole), 'not measured: no trial was finished');
  });
});
