import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { calibrationSchema } from '../record/calibration.ts';
import { seededRandom } from '../stats/random.ts';
import { judgeStall, risingClients, stallToSee } from './judge-stall.ts';

describe('a server that stood still for 1,100 ms', () => {
  const table: [seen: string, corrected: number, uncorrected: number, isMet: boolean][] = [
    ['is seen when the maximum shows all of it and the median none', 1_101, 2, true],
    ['is seen when the maximum shows one second of it', 1_000, 100, true],
    ['is not seen when the maximum is below one second', 999, 2, false],
    ['is not seen when the median shows it too', 1_101, 101, false],
  ];
  for (const [seen, corrected, uncorrected, isMet] of table) {
    test(seen, () => {
      const stall = judgeStall(1_100, 1_000, corrected, uncorrected);
      assert.ok('isMet' in stall);
      assert.equal(stall.isMet, isMet);
      const calibration = { fleet: { absent: 'x' }, stall };
      assert.deepEqual(calibrationSchema.parse(JSON.parse(JSON.stringify(calibration))), calibration);
    });
  }
});

test('a stall is just long enough for one second of it to be seen, for any number of clients', () => {
  const random = seededRandom(1);
  for (const [clients, interval] of [
    [1, 1_000],
    [10, 1_000],
    [100, 1_000],
    [100, 10_000],
  ] as const) {
    const stall = stallToSee(1_000, clients, interval);
    assert.ok(stall > 1_000 && stall <= 1_000 + interval);
    let missed = 0;
    for (let run = 0; run < 2_000; run += 1) {
      // The moment in the interval at which the first message is due.
      const first = Math.min(...Array.from({ length: clients }, () => interval * random()));
      if (stall - first < 1_000) missed += 1;
    }
    assert.ok(missed <= 3, `${missed} of 2,000 with ${clients} clients`);
  }
  assert.ok(stallToSee(1_000, 100, 1_000) < 1_100);
});

test('numbers of clients rise by one factor, from the first up to the maximum', () => {
  assert.deepEqual(risingClients(100, 2, 1_000), [100, 200, 400, 800]);
  assert.deepEqual(risingClients(10, 1.5, 10), [10]);
  assert.deepEqual(risingClients(10, 2, 9), []);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), fc.double({ min: 1.25, max: 4, noNaN: true }), (first, growth) => {
      const numbers = risingClients(first, growth, 10_000);
      assert.equal(numbers[0], first);
      for (const number of numbers) assert.ok(Number.isInteger(number) && number <= 10_000);
      assert.deepEqual(
        numbers,
        numbers.toSorted((a, b) => a - b),
      );
    }),
  );
});
