import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { arrivalsWithin } from './contract.ts';
import { dueMilliseconds, nextStartMilliseconds, type Pace, startsDue } from './pacer.ts';

const pace: Pace = { attempts: 10, perSecond: 100, maxInFlight: 4 };

for (const [elapsed, started, inFlight, expected, why] of [
  [0, 0, 0, 1, 'the first is due at once'],
  [9.9, 1, 1, 0, 'the second not before its time'],
  [10, 1, 1, 1, 'the second at its time'],
  [35, 1, 0, 3, 'missed attempts start at once'],
  [1_000, 4, 4, 0, 'never more in flight than allowed'],
  [1_000, 4, 3, 1, 'one for each that ends'],
  [60_000, 9, 0, 1, 'the last'],
  [60_000, 10, 0, 0, 'none beyond the last'],
] as const) {
  test(`${expected} of 10 after ${elapsed} ms with ${started} started and ${inFlight} in flight: ${why}`, () => {
    assert.equal(startsDue(pace, elapsed, started, inFlight), expected);
  });
}

test('attempts that end at once are all made, each when it is due', () => {
  fc.assert(
    fc.property(
      fc.nat(500),
      fc.integer({ min: 1, max: 2_000 }),
      fc.integer({ min: 1, max: 64 }),
      (attempts, rate, most) => {
        const pace = { attempts, perSecond: rate, maxInFlight: most };
        let started = 0;
        for (;;) {
          const next = nextStartMilliseconds(pace, started);
          if (next === undefined) break;
          const early = started === 0 ? 0 : startsDue(pace, next - 0.001, started, 0);
          assert.equal(early, 0);
          // Slightly later, because floating-point multiplication does not always undo the division.
          const due = startsDue(pace, next + 1e-9, started, 0);
          assert.equal(due, 1);
          started += due;
        }
        assert.equal(started, attempts);
      },
    ),
  );
});

test('the bound on handshakes holds for any order of ends', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(50), fc.nat(10))), (steps) => {
      let elapsed = 0;
      let started = 0;
      let inFlight = 0;
      for (const [later, ended] of steps) {
        elapsed += later;
        inFlight -= Math.min(inFlight, ended);
        const starts = startsDue(pace, elapsed, started, inFlight);
        started += starts;
        inFlight += starts;
        assert.ok(inFlight <= pace.maxInFlight && started <= pace.attempts);
        assert.ok(started <= Math.floor(elapsed / 10) + 1);
      }
    }),
  );
});

for (const [perSecond, duration, expected] of [
  [100, 1_000, 100],
  [100, 1, 1],
  [0.5, 1_000, 1],
  [0.5, 2_001, 2],
  [3, 1_000, 3],
  [1.1, 30_000, 33],
  [590 / 7, 700, 59],
  [1e-9, 1, 1],
] as const) {
  test(`${expected} attempts are due within ${duration} ms at ${perSecond} a second`, () => {
    assert.equal(arrivalsWithin(perSecond, duration), expected);
  });
}

test('the last attempt within a time is due before its end, and the next one is not', () => {
  const rate = fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.double({ min: 0.001, max: 5_000, noNaN: true }));
  fc.assert(
    fc.property(rate, fc.integer({ min: 1, max: 600_000 }), (perSecond, duration) => {
      const attempts = arrivalsWithin(perSecond, duration);
      // arrivalsWithin ignores a millionth of an attempt.
      const tolerance = 1_001e-6 / perSecond;
      assert.ok(attempts >= 1);
      assert.ok(dueMilliseconds({ perSecond }, attempts - 1) < duration);
      assert.ok(dueMilliseconds({ perSecond }, attempts) >= duration - tolerance);
    }),
    { numRuns: 5_000 },
  );
});
