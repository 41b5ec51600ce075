import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Entry } from '../record/record.ts';
import { memoryEntries } from '../testing/runs.ts';
import { fleetWindow, histogramOf } from '../testing/samples.ts';
import { latencies, latencyHistogram } from './latencies.ts';

/** Messages of 1 to 1,000 ms since they were due, and half of that since they were sent. The last one never left. */
const due = Array.from({ length: 1_000 }, (_, index) => (index + 1) * 1_000);
const window = fleetWindow({
  correctedMicroseconds: histogramOf(...due),
  uncorrectedMicroseconds: histogramOf(...due.slice(0, -1).map((microseconds) => microseconds / 2)),
});

function trialOf(number: number): Entry[] {
  return memoryEntries('async', number)
    .filter((entry) => entry.type !== 'fleet' || entry.process === 0)
    .map((entry) => (entry.type === 'fleet' ? { ...entry, line: window } : entry));
}

const near = (found: number | undefined, expected: number) =>
  assert.ok(found !== undefined && Math.abs(found - expected) <= expected / 500, `${found}, not ${expected}`);

describe('latency curves', () => {
  const [curve] = latencies(trialOf(1), ['blocking', 'async']);

  test('have the percentiles of a known histogram, in milliseconds', () => {
    assert.equal(curve?.contender, 'async');
    assert.equal(curve?.count, 1_000);
    const at = (percentile: number) => curve?.corrected.find((point) => point.percentile === percentile)?.milliseconds;
    near(at(50), 500);
    near(at(90), 900);
    near(at(100), 1_000);
    assert.equal(curve?.corrected.at(-1)?.percentile, 100);
  });

  test('have latencies from the actual send as well, with their number', () => {
    assert.equal(curve?.uncorrectedCount, 999);
    near(curve?.uncorrected.at(-1)?.milliseconds, 499.5);
  });

  test('include every complete trial, and no other', () => {
    const cutOff = trialOf(2).filter((entry) => entry.type !== 'trialEnd');
    const isVoid = trialOf(3).map(
      (entry): Entry =>
        entry.type === 'trialEnd' ? { type: 'trialEnd', trial: entry.trial, outcome: 'void', audit: [] } : entry,
    );
    const entries = [...trialOf(1), ...cutOff, ...isVoid, ...trialOf(4)];
    assert.equal(latencies(entries, ['async'])[0]?.count, 2_000);
    assert.equal(latencyHistogram(entries, 'async')?.totalCount, 2_000);
  });

  test('are absent where no message was timed', () => {
    const silent = trialOf(1).map(
      (entry): Entry =>
        entry.type === 'fleet'
          ? {
              ...entry,
              line: fleetWindow({ correctedMicroseconds: histogramOf(), uncorrectedMicroseconds: histogramOf() }),
            }
          : entry,
    );
    for (const entries of [[], silent]) {
      assert.deepEqual(latencies(entries, ['async']), []);
      assert.equal(latencyHistogram(entries, 'async'), undefined);
    }
  });
});
