import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { startTestServer } from '../servers/testing/start.ts';
import { open, report, startFleetOf } from './testing/fleet.ts';

const microseconds = (encoded: string, percentile: number) =>
  decodeFromCompressedBase64(encoded).getValueAtPercentile(percentile);

test('a server that stands still for a second is a second of latency, even where nothing could be sent', async (t) => {
  const bytes = 1_048_576;
  const server = await startTestServer('async', '--message-bytes', `${bytes}`);
  t.after(() => server.stop());
  const fleet = await startFleetOf(server, { messageBytes: bytes, pingsPerSecond: 1_000 });
  t.after(() => fleet.stop());
  await open(fleet, 4);
  fleet.tell({ type: 'send', on: true });
  await fleet.next('sample', (sample) => sample.pongs >= 20);

  fleet.tell({ type: 'measure', window: 'stall' });
  await fleet.next('sample');
  server.process.kill('SIGSTOP');
  const stopped = await fleet.next('sample');
  const stalled = await fleet.next('sample', (sample) => sample.suppressed > stopped.suppressed);
  const still = await fleet.next('sample', (sample) => sample.pongs === stalled.pongs);
  server.process.kill('SIGCONT');
  const goesOn = await fleet.next('sample', (sample) => sample.pongs > still.pongs + 60);
  const window = await report(fleet);

  const stallMicroseconds = (still.monotonicMilliseconds - stopped.monotonicMilliseconds) * 1_000;
  assert.ok(stallMicroseconds > 900_000);
  assert.ok(goesOn.suppressed > 0 && window.suppressed > 0);
  assert.ok(microseconds(window.correctedMicroseconds, 100) >= stallMicroseconds);
  assert.ok(microseconds(window.uncorrectedMicroseconds, 50) < 500_000);
  assert.equal(window.scheduled, window.sent + window.suppressed);
});

test('messages that the window does not see answered count with the time they have waited', async (t) => {
  const server = await startTestServer('async');
  t.after(() => server.process.kill('SIGCONT'));
  t.after(() => server.stop());
  const fleet = await startFleetOf(server, { pingsPerSecond: 1_000 });
  t.after(() => fleet.stop());
  await open(fleet, 5);
  server.process.kill('SIGSTOP');
  fleet.tell({ type: 'send', on: true });
  await fleet.next('sample', (sample) => sample.sent >= 5);

  fleet.tell({ type: 'measure', window: 'stuck before' });
  await fleet.next('sample');
  const late = await report(fleet);
  // Messages may leave in the window that were due a moment before it.
  const clients = 5;
  assert.ok(late.scheduled > 2 * clients);
  assert.ok(late.outstanding >= late.scheduled - clients, 'the server stood still before, and so it does now');
  assert.equal(decodeFromCompressedBase64(late.correctedMicroseconds).totalCount, late.outstanding);
  assert.ok(microseconds(late.correctedMicroseconds, 100) <= late.durationMilliseconds * 1_001, 'none from before it');

  server.process.kill('SIGCONT');
  await fleet.next('sample', (sample) => sample.pongs === sample.sent);
  fleet.tell({ type: 'measure', window: 'in time' });
  server.process.kill('SIGSTOP');
  const first = await fleet.next('sample');
  const second = await fleet.next('sample', (sample) => sample.sent > first.sent);
  const window = await report(fleet);
  assert.ok(window.outstanding > clients, 'further messages of a client are timed while earlier ones wait');
  assert.ok(window.outstanding + window.pongs >= window.scheduled - clients);
  const waited = (second.monotonicMilliseconds - first.monotonicMilliseconds) * 1_000;
  assert.ok(microseconds(window.correctedMicroseconds, 100) >= waited);

  fleet.tell({ type: 'send', on: false });
  server.process.kill('SIGCONT');
  const settled = await fleet.next('sample', (sample) => sample.pongs === sample.sent);
  await fleet.stop();
  assert.equal((await server.counted('ended', 5)).pings, settled.pongs, 'a ping for each');
});

test('a fleet that stands still itself shows it as lateness and hides no latency', async (t) => {
  const server = await startTestServer('async');
  t.after(() => server.stop());
  const fleet = await startFleetOf(server, { pingsPerSecond: 1_000 });
  t.after(() => fleet.stop());
  await open(fleet, 5);
  fleet.tell({ type: 'send', on: true });
  fleet.tell({ type: 'measure', window: 'own stall' });
  await fleet.next('sample', (sample) => sample.pongs >= 20);
  fleet.process.kill('SIGSTOP');
  const first = await server.counters();
  const second = await server.counters();
  fleet.process.kill('SIGCONT');
  await fleet.next('sample', (sample) => sample.pongs >= 60);
  const window = await report(fleet);
  const stalled = (second.monotonicMilliseconds - first.monotonicMilliseconds) * 1_000;
  assert.ok(stalled > 900_000);
  assert.ok(microseconds(window.latenessMicroseconds, 100) >= stalled);
  assert.ok(microseconds(window.correctedMicroseconds, 100) >= stalled);
  assert.ok(microseconds(window.uncorrectedMicroseconds, 100) < stalled);
  assert.equal(window.scheduled, window.sent + window.suppressed);
});
