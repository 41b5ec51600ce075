import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { LatencyHistogram } from './latency.ts';

test('records milliseconds and encodes microseconds, precise to three digits', () => {
  const histogram = new LatencyHistogram();
  for (const milliseconds of [0.001, 0.5, 20, 61_000]) histogram.record(milliseconds);
  const read = decodeFromCompressedBase64(histogram.encode());
  assert.equal(read.totalCount, 4);
  assert.equal(read.minNonZeroValue, 1);
  assert.equal(read.getValueAtPercentile(50), 500);
  assert.ok(Math.abs(read.maxValue - 61_000_000) <= 61_000);
});

test('histograms of several processes can be added', () => {
  const one = new LatencyHistogram();
  const other = new LatencyHistogram();
  one.record(1);
  other.record(3_000);
  const sum = decodeFromCompressedBase64(one.encode());
  sum.add(decodeFromCompressedBase64(other.encode()));
  assert.equal(sum.totalCount, 2);
  assert.ok(Math.abs(sum.maxValue - 3_000_000) <= 3_000);
});

test('an empty histogram can be encoded, and a value out of range counts as the nearest one', () => {
  assert.equal(decodeFromCompressedBase64(new LatencyHistogram().encode()).totalCount, 0);
  const histogram = new LatencyHistogram();
  histogram.record(-1);
  histogram.record(1e12);
  assert.equal(decodeFromCompressedBase64(histogram.encode()).totalCount, 2);
});
