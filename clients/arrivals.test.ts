import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { monotonicMilliseconds } from '../servers/contract/gauges.ts';
import { startTestServer } from '../servers/testing/start.ts';
import type { FleetArrived } from './contract.ts';
import { arrive, open, startFleetOf, testConfiguration } from './testing/fleet.ts';

const histogram = (encoded: string) => decodeFromCompressedBase64(encoded);
const sum = (failures: FleetArrived['failures']) => Object.values(failures).reduce((total, count) => total + count, 0);

/** Asserts what holds for any behaviour of the server. */
function assertConsistent(arrived: FleetArrived): void {
  assert.equal(arrived.due, arrived.finished + sum(arrived.failures));
  const corrected = [arrived.correctedConnectMicroseconds, arrived.correctedPongMicroseconds].map(histogram);
  const uncorrected = [arrived.connectMicroseconds, arrived.pongMicroseconds].map(histogram);
  for (const [which, own] of uncorrected.entries()) {
    assert.deepEqual([own.totalCount, corrected[which]?.totalCount], [arrived.finished, arrived.finished]);
    for (const percentile of [1, 50, 90, 99, 100]) {
      const [slower = 0, faster] = [corrected[which], own].map((one) => one?.getValueAtPercentile(percentile));
      assert.ok(slower >= (faster ?? 0), `percentile ${percentile}: ${slower} is less than ${faster}`);
    }
  }
  const [connect, pong] = uncorrected;
  assert.ok((pong?.mean ?? 0) >= (connect?.mean ?? 0));
  assert.equal(histogram(arrived.latenessMicroseconds).totalCount, arrived.due);
}

for (const [model, perSecond] of [
  ['async', 20],
  ['blocking', 10],
] as const) {
  test(`arrivals at the ${model} server: each connects, sends, is answered and closes in good order`, async (t) => {
    const server = await startTestServer(model, '--port', '0', '--port', '0');
    t.after(() => server.stop());
    const fleet = await startFleetOf(server, { maxHandshakesInFlight: 1 });
    t.after(() => fleet.stop());
    const arrived = await arrive(fleet, perSecond, 1_000);
    assertConsistent(arrived);
    assert.deepEqual([arrived.due, arrived.finished, arrived.failures], [perSecond, perSecond, {}]);
    assert.deepEqual(arrived.negotiated, { 'TLSv1.3 TLS_AES_128_GCM_SHA256': perSecond });
    assert.equal(arrived.resumed, 0);
    assert.ok(arrived.durationMilliseconds >= ((perSecond - 1) * 1_000) / perSecond, 'no faster than the pace');
    assert.ok(arrived.cpuUserMicroseconds > 0);

    assert.equal((await arrive(fleet, perSecond, 500)).finished, perSecond / 2, 'again');
    const sessions = perSecond * 1.5;
    const counters = await server.counted('released', sessions);
    assert.deepEqual(
      [counters.accepted, counters.upgraded, counters.ended, counters.messages, counters.pings, counters.vanished],
      [sessions, sessions, sessions, sessions, sessions, 0],
    );
    assert.equal(counters.messageBytes, sessions * testConfiguration.messageBytes);
    const sample = await fleet.next('sample');
    assert.deepEqual([sample.open, sample.connecting, sample.failures, sample.closeCodes], [0, 0, {}, {}]);
    assert.equal((await open(fleet, 1)).open, 1, 'other clients can connect');
    fleet.tell({ type: 'arrive', perSecond: 1, durationMilliseconds: 1 });
    assert.deepEqual(await fleet.exited, [1, null]);
    const last = fleet.lines.at(-1);
    assert.equal(last?.type === 'failed' && last.code, 'FLEET_COMMAND_ORDER', 'but not both at once');
    assert.deepEqual(fleet.noise, []);
  });
}

test('latencies include the time that arrivals wait for a frozen server', async (t) => {
  const server = await startTestServer('async');
  t.after(() => server.process.kill('SIGCONT'));
  t.after(() => server.stop());
  const fleet = await startFleetOf(server, { maxHandshakesInFlight: 1 });
  t.after(() => fleet.stop());
  server.process.kill('SIGSTOP');
  const all = arrive(fleet, 10, 4_000);
  // Further arrivals begin, although none of the earlier ones has ended.
  const some = await fleet.next('sample', ({ connecting }) => connecting >= 5);
  const more = await fleet.next(
    'sample',
    ({ connecting, monotonicMilliseconds: now }) =>
      connecting >= Math.min(40, some.connecting + 5) && now >= some.monotonicMilliseconds + 1_000,
  );
  server.process.kill('SIGCONT');
  const arrived = await all;
  assertConsistent(arrived);
  assert.deepEqual([arrived.due, arrived.finished], [40, 40]);
  const frozen = (more.monotonicMilliseconds - some.monotonicMilliseconds) * 1_000;
  assert.ok(histogram(arrived.connectMicroseconds).maxValue >= frozen);
  assert.ok(histogram(arrived.correctedPongMicroseconds).maxValue >= frozen);
});

test('arrivals that a frozen fleet begins late count as late, and only the corrected times include their wait', async (t) => {
  const server = await startTestServer('async', '--report-ms', '100');
  t.after(() => server.stop());
  const fleet = await startFleetOf(server);
  t.after(() => fleet.process.kill('SIGKILL'));
  const all = arrive(fleet, 10, 6_000);
  await server.counted('messages', 5);
  fleet.process.kill('SIGSTOP');
  const stoppedAt = monotonicMilliseconds();
  let last = await server.counters();
  while (last.monotonicMilliseconds - stoppedAt < 1_000) last = await server.counters();
  fleet.process.kill('SIGCONT');
  const arrived = await all;
  assertConsistent(arrived);
  assert.deepEqual([arrived.due, arrived.finished], [60, 60], 'all delayed arrivals begin');
  const stalled = (last.monotonicMilliseconds - stoppedAt) * 1_000;
  // The first arrival due within the stall was due at most 100 ms after the stall began.
  for (const encoded of [arrived.latenessMicroseconds, arrived.correctedConnectMicroseconds]) {
    assert.ok(histogram(encoded).maxValue >= stalled - 110_000);
  }
  const corrected = histogram(arrived.correctedConnectMicroseconds).mean;
  assert.ok(corrected > histogram(arrived.connectMicroseconds).mean + stalled / 20);
});

test('a server that never answers: every arrival fails by timeout', async (t) => {
  const server = await startTestServer('async');
  t.after(() => server.process.kill('SIGCONT'));
  t.after(() => server.stop());
  const fleet = await startFleetOf(server, { connectTimeoutMilliseconds: 300 });
  t.after(() => fleet.stop());
  server.process.kill('SIGSTOP');
  const arrived = await arrive(fleet, 50, 500);
  assertConsistent(arrived);
  assert.deepEqual([arrived.due, arrived.failures, arrived.durationMilliseconds], [25, { timeout: 25 }, 0]);
  assert.deepEqual((await fleet.next('sample')).failures, { timeout: 25 });
});

test('no listener: every arrival is refused', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  server.close();
  await once(server, 'close');
  const fleet = await startFleetOf({ ready: { ports: [port] }, ca: '' });
  const arrived = await arrive(fleet, 100, 100);
  assertConsistent(arrived);
  assert.deepEqual([arrived.due, arrived.failures], [10, { refused: 10 }]);
  assert.equal(await fleet.stop(), 0);
});

test('a server that dies during arrivals: later ones are refused, and each is counted once', async (t) => {
  const server = await startTestServer('async', '--report-ms', '50');
  t.after(() => server.stop());
  const fleet = await startFleetOf(server);
  t.after(() => fleet.stop());
  const all = arrive(fleet, 40, 5_000);
  await server.counted('ended', 10);
  server.process.kill('SIGKILL');
  const arrived = await all;
  assertConsistent(arrived);
  assert.equal(arrived.due, 200);
  assert.ok(arrived.finished >= 9 && (arrived.failures.refused ?? 0) >= 20, JSON.stringify(arrived.failures));
  assert.deepEqual(
    Object.keys(arrived.failures).filter((kind) => kind !== 'refused' && kind !== 'reset'),
    [],
  );
});
