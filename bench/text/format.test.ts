import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { figureOf } from '../stats/figure.ts';
import {
  atMostHundredths,
  axisDigits,
  type Format,
  fixed,
  gigabytes,
  kilobytes,
  megabytes,
  microseconds,
  milliseconds,
  percent,
  percentAtLeast,
  percentTenths,
  ratioDigits,
  short,
  show,
  whole,
  wholePercent,
} from './format.ts';

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

const texts: [what: string, found: string, text: string][] = [
  ['a share, in three digits', percent(0.12345), '12.3 %'],
  ['a share below a hundredth of a percent', percent(0.000012345), '0.00123 %'],
  ['a share, whole', wholePercent(0.005), '1 %'],
  ['a share, in tenths', percentTenths(0.98996), '99 %'],
  ['a share that was missed, rounded down', percentAtLeast(0.98996), '98.9 %'],
  ['a ratio', ratioDigits(1_234.5), '1,230'],
  ['a value on an axis', axisDigits(0.000012345), '0.000012'],
  ['a promise of the suite', atMostHundredths(2_012.345), '2,012.35'],
  ['a fixed number of digits', fixed(1_234.05, 1), '1234.0'],
  ['what is small, in tenths', short(9.94), '9.9'],
  ['what is not small', short(10.4), '10'],
  ['what is small by another measure', short(99.94, 100), '99.9'],
  ['memory of a machine', gigabytes(25_340_000_000), '25.3 GB'],
  ['a number that Intl would round up: what it holds lies below 1.005', kilobytes(1_005), '1 kB'],
];

for (const [what, found, text] of texts) test(`${what} is written as ${text}`, () => assert.equal(found, text));
