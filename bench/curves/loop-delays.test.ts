import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { countersLine } from '../testing/samples.ts';
import { loopDelays } from './loop-delays.ts';

/** Reports are asked for every second. */
function delaysOf(...reports: [at: number, p99: number][]): (number | undefined)[] {
  const lines = reports.map(([at, eventLoopDelayP99Milliseconds]) =>
    countersLine(at, {}, { eventLoopDelayP99Milliseconds }),
  );
  const delays = loopDelays(lines, 1_000);
  return lines.map((line) => delays.get(line));
}

describe('how late a loop was', () => {
  test('is what it says itself, as long as it can', () => {
    assert.deepEqual(delaysOf([5_000, 3], [6_000, 80], [7_010, 60]), [3, 80, 60]);
  });

  test('is at least by how much its report was late, when it was blocked for longer than a report', () => {
    assert.deepEqual(delaysOf([5_000, 3], [13_093, 0], [21_814, 7_000]), [3, 7_093, 7_721]);
  });

  test('is nothing where nothing was late', () => {
    assert.deepEqual(delaysOf([5_000, 0], [6_000.4, 0], [6_500, 0]), [undefined, undefined, undefined]);
  });
});
