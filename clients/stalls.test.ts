import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { monotonicMilliseconds } from '../servers/contract/gauges.ts';
import { startTestServer } from '../servers/testing/start.ts';
import type { FleetConfiguration, FleetSample } from './contract.ts';
import { clock, measure, open, report, startFleetOf, type TestFleet, testConfiguration } from './testing/fleet.ts';

const histogram = (encoded: string) => decodeFromCompressedBase64(encoded);
const microseconds = (encoded: string, percentile: number) => histogram(encoded).getValueAtPercentile(percentile);
const { intervalMilliseconds } = testConfiguration;
/** A slow machine has no trouble with messages this small; each is timed. */
const light: Partial<FleetConfiguration> = { messageBytes: 256, pingsPerSecond: 1_000 };
const clients = 5;
const second = 1_000;

/** How long the first message waits that became due since `from`: each client has one in every interval. */
const waitedSince = (from: number, now: number) => now - from - 2 * intervalMilliseconds;

/**
 * Ends sending, and resolves when every message is answered. One that was suppressed has its ping behind the next one
 * that leaves: where it was the last of its client, sending goes on for a moment.
 */
async function settle(fleet: TestFleet): Promise<FleetSample> {
  for (;;) {
    fleet.tell({ type: 'send', on: false });
    await clock(fleet);
    let pongs = -1;
    const sample = await fleet.next('sample', (one) => {
      const isOver = one.pongs === one.scheduled || one.pongs === pongs;
      pongs = one.pongs;
      return isOver;
    });
    if (sample.pongs === sample.scheduled) return sample;
    fleet.tell({ type: 'send', on: true });
    await fleet.next('sample', ({ sent }) => sent > sample.sent);
  }
}

test('a server that stands still for a second is a second of latency, even where nothing could be sent', async (t) => {
  const bytes = 1_048_576;
  const server = await startTestServer('async', '--message-bytes', `${bytes}`);
  t.after(() => server.stop());
  // Even a server that does not keep up with it goes on: a client sends no more than its connection takes.
  const fleet = await startFleetOf(server, { messageBytes: bytes, pingsPerSecond: 1_000 });
  t.after(() => fleet.stop());
  await open(fleet, 1);
  await measure(fleet, 'stall');
  fleet.tell({ type: 'send', on: true });
  await fleet.next('sample', (sample) => sample.pongs >= 3);

  server.process.kill('SIGSTOP');
  const stoppedAt = monotonicMilliseconds();
  const stopped = await fleet.next('sample', (sample) => sample.monotonicMilliseconds > stoppedAt);
  const stalled = await fleet.next(
    'sample',
    (sample) =>
      sample.suppressed > stopped.suppressed && waitedSince(stoppedAt, sample.monotonicMilliseconds) >= second,
  );
  server.process.kill('SIGCONT');
  await fleet.next('sample', (sample) => sample.sent > stalled.sent && sample.pongs > stalled.sent);
  const window = await report(fleet);

  assert.ok(window.suppressed > 0);
  const stallMicroseconds = waitedSince(stoppedAt, stalled.monotonicMilliseconds) * 1_000;
  assert.ok(microseconds(window.correctedMicroseconds, 100) >= stallMicroseconds);
  assert.equal(window.scheduled, window.sent + window.suppressed);
  // Each suppressed message was timed too, and stands in the corrected times alone.
  const { pongs, outstanding, suppressed } = window;
  const [corrected, uncorrected] = [window.correctedMicroseconds, window.uncorrectedMicroseconds].map(
    (encoded) => histogram(encoded).totalCount,
  );
  assert.deepEqual([corrected, pongs + outstanding], [window.scheduled, window.scheduled]);
  assert.ok(uncorrected !== undefined && uncorrected > 0);
  assert.ok(uncorrected >= pongs - suppressed && uncorrected <= pongs - suppressed + outstanding);
});

test('messages that the window does not see answered count with the time they have waited', async (t) => {
  const server = await startTestServer('async');
  t.after(() => server.process.kill('SIGCONT'));
  t.after(() => server.stop());
  const fleet = await startFleetOf(server, light);
  t.after(() => fleet.stop());
  await open(fleet, clients);
  server.process.kill('SIGSTOP');
  fleet.tell({ type: 'send', on: true });
  await fleet.next('sample', (sample) => sample.sent >= clients);

  const begunAt = await measure(fleet, 'stuck before');
  const begun = await fleet.next('sample', (sample) => sample.monotonicMilliseconds > begunAt);
  await fleet.next('sample', (sample) => sample.sent > begun.sent + 2 * clients);
  const late = await report(fleet);
  assert.ok(late.scheduled > 2 * clients);
  // Messages may leave in the window that were due before it: no longer before than the latest one of all.
  const latestIntervals = microseconds(late.latenessMicroseconds, 100) / 1_000 / intervalMilliseconds;
  const dueBefore = clients * Math.ceil(latestIntervals);
  assert.ok(late.outstanding >= late.scheduled - dueBefore, 'the server stood still before, and so it does now');
  assert.equal(histogram(late.correctedMicroseconds).totalCount, late.outstanding);
  assert.ok(microseconds(late.correctedMicroseconds, 100) <= late.durationMilliseconds * 1_001, 'none from before it');

  server.process.kill('SIGCONT');
  const all = await settle(fleet);
  await measure(fleet, 'in time');
  fleet.tell({ type: 'send', on: true });
  await fleet.next('sample', (sample) => sample.pongs > all.pongs);
  server.process.kill('SIGSTOP');
  const stoppedAt = monotonicMilliseconds();
  const stopped = await fleet.next('sample', (sample) => sample.monotonicMilliseconds > stoppedAt);
  const last = await fleet.next('sample', (sample) => sample.sent > stopped.sent + 2 * clients);
  const window = await report(fleet);
  assert.ok(window.pongs > 0);
  assert.ok(window.outstanding > clients, 'further messages of a client are timed while earlier ones wait');
  assert.equal(window.outstanding + window.pongs, window.scheduled);
  const waited = waitedSince(stoppedAt, last.monotonicMilliseconds) * 1_000;
  assert.ok(microseconds(window.correctedMicroseconds, 100) >= waited);

  server.process.kill('SIGCONT');
  const settled = await settle(fleet);
  await fleet.stop();
  assert.equal((await server.counted('ended', clients)).pings, settled.sent, 'a ping for each');
});

test('a fleet that stands still itself shows it as lateness and hides no latency', async (t) => {
  const server = await startTestServer('async');
  t.after(() => server.stop());
  const fleet = await startFleetOf(server, light);
  t.after(() => fleet.stop());
  t.after(() => fleet.process.kill('SIGCONT'));
  await open(fleet, clients);
  await measure(fleet, 'own stall');
  fleet.tell({ type: 'send', on: true });
  const before = await fleet.next('sample', (sample) => sample.pongs >= 20);
  fleet.process.kill('SIGSTOP');
  const stoppedAt = monotonicMilliseconds();
  let last = await server.counters();
  while (waitedSince(stoppedAt, last.monotonicMilliseconds) < second) last = await server.counters();
  fleet.process.kill('SIGCONT');
  await fleet.next('sample', (sample) => sample.pongs > before.sent + 2 * clients);
  await settle(fleet);
  const window = await report(fleet);

  const stalled = waitedSince(stoppedAt, last.monotonicMilliseconds) * 1_000;
  const [lateness, corrected, uncorrected] = [
    histogram(window.latenessMicroseconds),
    histogram(window.correctedMicroseconds),
    histogram(window.uncorrectedMicroseconds),
  ];
  assert.ok(lateness.maxValue >= stalled && corrected.maxValue >= stalled);
  assert.equal(window.scheduled, window.sent + window.suppressed);
  assert.equal(corrected.totalCount, window.scheduled, 'each is in it, the suppressed ones too');
  assert.deepEqual([lateness.totalCount, uncorrected.totalCount], [window.sent, window.sent]);
  // Exact to the three digits of a histogram and a whole microsecond for each value.
  const [all = 0, late = 0, answered = 0] = [corrected, lateness, uncorrected].map((one) => one.mean * one.totalCount);
  assert.ok(all * 1.005 + 2 * window.scheduled >= late + answered, `${all} µs are less than ${late} + ${answered}`);
});
