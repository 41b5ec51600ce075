import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { fitReason } from './session.ts';

const limitBytes = 123;
/** Characters of one to four bytes, so that the limit often falls inside one of them. */
const reasons = fc.string({ unit: fc.constantFrom('a', 'ß', '€', '🌡'), minLength: 20, maxLength: 200, size: 'max' });

describe('the reason in a close frame', () => {
  test('never has more bytes than fit', () => {
    fc.assert(fc.property(reasons, (reason) => Buffer.byteLength(fitReason(reason)) <= limitBytes));
  });

  test('is the longest beginning of the full reason that fits', () => {
    fc.assert(
      fc.property(reasons, (reason) => {
        const fitted = fitReason(reason);
        assert.ok(reason.startsWith(fitted), 'no character was cut into another one');
        const [next = ''] = reason.slice(fitted.length);
        assert.ok(next === '' || Buffer.byteLength(fitted + next) > limitBytes);
      }),
    );
  });

  test('is unchanged at the limit, and cut above it', () => {
    assert.equal(fitReason('a'.repeat(123)), 'a'.repeat(123));
    assert.equal(fitReason('a'.repeat(124)), 'a'.repeat(123));
    assert.equal(fitReason(`${'a'.repeat(122)}€`), 'a'.repeat(122));
  });
});
