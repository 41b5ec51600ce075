import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { arrivalsWithin } from '../../clients/contract.ts';
import { arrivalRates, rates, shares } from './shares.ts';

test('shares sum exactly, differ by at most one, and the larger ones come first', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 1, max: 1_000 }), (total, parts) => {
      const split = shares(total, parts);
      assert.equal(split.length, parts);
      assert.equal(
        split.reduce((sum, share) => sum + share, 0),
        total,
      );
      const [first = 0, last = 0] = [split[0], split.at(-1)];
      assert.ok(first - last === 0 || first - last === 1);
      assert.deepEqual(
        split,
        split.toSorted((a, b) => b - a),
      );
    }),
  );
});

test('shares of a growing total never shrink, so that no process closes clients while the fleet grows', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.nat(1_000), fc.integer({ min: 1, max: 50 }), (total, more, parts) => {
      const after = shares(total + more, parts);
      for (const [index, share] of shares(total, parts).entries()) assert.ok((after[index] ?? 0) >= share);
    }),
  );
});

const anyRate = fc.oneof(fc.integer({ min: 1, max: 100_000 }), fc.double({ min: 0.1, max: 100_000, noNaN: true }));
const sum = (parts: readonly number[]) => parts.reduce((total, part) => total + part, 0);

test('rates sum exactly and differ only by rounding', () => {
  fc.assert(
    fc.property(anyRate, fc.integer({ min: 1, max: 1_000 }), (total, parts) => {
      const split = rates(total, parts);
      assert.equal(split.length, parts);
      assert.equal(sum(split), total);
      for (const part of split) assert.ok(Math.abs(part * parts - total) < 1e-9 * total, `${part} of ${total}`);
    }),
    { numRuns: 5_000 },
  );
});

test('split arrival rates give exactly as many arrivals as the undivided rate', () => {
  fc.assert(
    fc.property(anyRate, fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 1, max: 64 }), (total, time, parts) => {
      const split = arrivalRates(total, time, parts);
      assert.equal(split.length, parts);
      const arrivals = split.map((part) => (part === 0 ? 0 : arrivalsWithin(part, time)));
      assert.equal(sum(arrivals), arrivalsWithin(total, time));
      assert.ok(Math.abs(sum(split) - total) < 1e-9 * total);
    }),
    { numRuns: 5_000 },
  );
});
