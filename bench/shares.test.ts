import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { shares } from './shares.ts';

test('shares sum exactly, differ by at most one, and the larger come first', () => {
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
