import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ClockReading, clockOffset, readClock } from './clock.ts';

const table: [title: string, readings: ClockReading[], offset: number, uncertainty: number][] = [
  ['a clock that is ahead', [{ sentAt: 100, read: 1_102, receivedAt: 104 }], 1_000, 2],
  ['a clock that is behind', [{ sentAt: 5_000, read: 11, receivedAt: 5_020 }], -4_999, 10],
  [
    'several round trips, by the shortest of them',
    [
      { sentAt: 100, read: 1_190, receivedAt: 200 },
      { sentAt: 300, read: 1_301, receivedAt: 302 },
      { sentAt: 400, read: 1_410, receivedAt: 450 },
    ],
    1_000,
    1,
  ],
];
for (const [title, readings, offsetMilliseconds, uncertaintyMilliseconds] of table) {
  test(`the offset is computed for ${title}`, () => {
    assert.deepEqual(clockOffset(readings), { offsetMilliseconds, uncertaintyMilliseconds });
  });
}

test('the offset is undefined without a reading', () => assert.equal(clockOffset([]), undefined));

test('the true offset lies within the uncertainty for any delays of request and answer', () => {
  const way = fc.double({ min: 0, max: 1_000, noNaN: true });
  const ways = fc.array(fc.tuple(way, way), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), ways, (truth, all) => {
      const readings = all.map(([there, back], index) => {
        const sentAt = 10_000 * index;
        return { sentAt, read: sentAt + there + truth, receivedAt: sentAt + there + back };
      });
      const found = clockOffset(readings);
      assert.ok(found !== undefined);
      assert.ok(Math.abs(found.offsetMilliseconds - truth) <= found.uncertaintyMilliseconds + 1e-6);
      const shortest = Math.min(...readings.map(({ sentAt, receivedAt }) => receivedAt - sentAt));
      assert.equal(found.uncertaintyMilliseconds, shortest / 2);
    }),
  );
});

test('a clock is read the given number of times, one reading after the other', async () => {
  let asked = 0;
  const readings = await readClock(3, async () => {
    asked += 1;
    const mine = asked;
    await Promise.resolve();
    assert.equal(asked, mine, 'each request waits for the answer before it');
    return { read: mine, receivedAt: Number.POSITIVE_INFINITY };
  });
  assert.deepEqual(
    readings.map(({ read }) => read),
    [1, 2, 3],
  );
  assert.ok(readings.every(({ sentAt }, index) => sentAt >= (readings[index - 1]?.sentAt ?? 0)));
});
