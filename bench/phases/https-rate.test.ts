import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { HttpsRequested } from '../../clients/https/contract.ts';
import { httpsRateSchema } from '../record/https-rate.ts';
import { countersLine } from '../testing/samples.ts';
import { httpsRate } from './https-rate.ts';

const requested: HttpsRequested = {
  type: 'requested',
  durationMilliseconds: 2_000,
  answered: 1_900,
  others: 1,
  errors: 5,
  timeouts: 2,
  p50Milliseconds: 3,
  p99Milliseconds: 9,
  maxMilliseconds: 12,
};
const kept = { reconnect: false, connections: 50 };
const line = (at: number, healthChecks: number, accepted: number, cpuMilliseconds: number) =>
  countersLine(
    at,
    { healthChecks, accepted },
    { cpuUserMicroseconds: cpuMilliseconds * 750, cpuSystemMicroseconds: cpuMilliseconds * 250 },
  );
/** The server had answered one request before the first line. */
const lines = [line(10_000, 1, 51, 100), line(10_500, 601, 51, 190), line(11_500, 1_501, 54, 250)];

describe('rate of HTTPS requests', () => {
  test("is the server's own count, between its first and its last line", () => {
    const rate = httpsRate(kept, lines, requested);
    assert.deepEqual(rate, {
      ...kept,
      answeredPerSecond: 1_000,
      acceptedPerSecond: 2,
      serverMilliseconds: 1_500,
      serverAnswered: 1_500,
      serverCpuMicrosecondsPerRequest: 100,
      clientAnswered: 1_900,
      clientOthers: 1,
      clientErrors: 5,
      clientTimeouts: 2,
      p50Milliseconds: 3,
      p99Milliseconds: 9,
      maxMilliseconds: 12,
    });
    assert.deepEqual(httpsRateSchema.parse(JSON.parse(JSON.stringify(rate))), rate);
  });

  test('names the way in which the requests were sent', () => {
    const { reconnect, connections } = httpsRate({ reconnect: true, connections: 4 }, lines, requested) ?? {};
    assert.deepEqual([reconnect, connections], [true, 4]);
  });

  test('is 0 when nothing was answered, and then has no CPU time per request', () => {
    const rate = httpsRate(kept, [line(0, 5, 0, 0), line(1_000, 5, 0, 30)], requested);
    assert.ok(rate !== undefined);
    assert.equal(rate.answeredPerSecond, 0);
    assert.ok(!('serverCpuMicrosecondsPerRequest' in rate));
    assert.deepEqual(httpsRateSchema.parse(rate), rate);
  });

  for (const number of [0, 1]) {
    test(`is undefined, not 0, from ${number} lines`, () => {
      assert.equal(httpsRate(kept, lines.slice(0, number), requested), undefined);
    });
  }
});
