import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { latencyHistogram } from '../curves/latencies.ts';
import { memoryEntries } from '../testing/runs.ts';
import { renderHgrm } from './hgrm.ts';

const histogram = latencyHistogram(memoryEntries('async'), 'async');
assert.ok(histogram !== undefined);
const lines = renderHgrm(histogram).split('\n');
const rows = lines.filter((line) => /^ *\d/.test(line)).map((line) => line.trim().split(/ +/).map(Number));

describe('the percentile text of a histogram', () => {
  test('has the header that plotters look for', () => {
    assert.deepEqual(lines[0]?.trim().split(/ +/), ['Value', 'Percentile', 'TotalCount', '1/(1-Percentile)']);
    assert.equal(lines[1], '');
  });

  test('has rising percentiles, up to 100 % of the values', () => {
    assert.ok(rows.length > 10);
    for (const column of [0, 1, 2]) {
      const values = rows.map((row) => row[column] ?? Number.NaN);
      assert.deepEqual(
        values,
        values.toSorted((one, other) => one - other),
      );
    }
    // Each of the two fleet processes has three times, 1 to 3 ms. For the last one 1/(1-p) is infinite.
    assert.deepEqual(rows[0]?.slice(0, 3), [1, 0, 2]);
    assert.deepEqual(rows.at(-1), [3.001, 1, 6]);
    assert.equal(rows.at(-2)?.length, 4);
  });

  test('ends with the totals, in milliseconds', () => {
    const totals = lines.slice(-4).join('\n');
    assert.match(totals, /#\[Mean += {2,}2\.000, StdDeviation += {2,}0\.8\d+\]/);
    assert.match(totals, /#\[Max += {2,}3\.001, Total count += {2,}6\]/);
  });
});
