import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { startTestServer } from '../servers/testing/start.ts';
import { clock, measure, open, report, startFleetOf, testConfiguration } from './testing/fleet.ts';

const microseconds = (encoded: string, percentile: number) =>
  decodeFromCompressedBase64(encoded).getValueAtPercentile(percentile);

for (const [model, clients] of [
  ['async', 40],
  ['blocking', 6],
] as const) {
  test(`${clients} clients of the ${model} server: every message sent is processed, and pongs measure the latency`, async (t) => {
    const server = await startTestServer(model, '--port', '0', '--port', '0');
    t.after(() => server.stop());
    const fleet = await startFleetOf(server);
    t.after(() => fleet.stop());

    const connected = await open(fleet, clients);
    assert.equal(connected.open, clients);
    assert.deepEqual(connected.failures, {});
    assert.deepEqual(connected.negotiated, { 'TLSv1.3 TLS_AES_128_GCM_SHA256': clients });
    assert.equal(connected.resumed, 0);
    assert.equal(decodeFromCompressedBase64(connected.connectMicroseconds).totalCount, clients);
    assert.ok(connected.durationMilliseconds >= ((clients - 1) * 1_000) / 500, 'no faster than the pace');

    await measure(fleet, 'the first');
    fleet.tell({ type: 'send', on: true });
    await fleet.next('sample', (sample) => sample.sent >= clients * 12 && sample.pongs > 20);
    const window = await report(fleet);
    fleet.tell({ type: 'send', on: false });
    await clock(fleet);
    const { sent } = await fleet.next('sample');
    await server.counted('messages', sent);
    // All messages are answered when a second between two samples brings no further pong.
    let pongs = -1;
    const last = await fleet.next('sample', (sample) => {
      const isLast = sample.pongs === pongs;
      pongs = sample.pongs;
      return isLast;
    });
    assert.equal(await fleet.stop(), 0);
    const counters = await server.counted('ended', clients);

    assert.equal(window.window, 'the first');
    assert.equal(window.open, clients);
    assert.equal(window.lost, 0);
    assert.ok(window.pongs > 20 && window.pongs <= last.pongs);
    assert.equal(window.scheduled, window.sent + window.suppressed);
    // Every client sends once in every interval, at any phase; a busy fleet may be late with the last ones.
    const intervals = window.durationMilliseconds / testConfiguration.intervalMilliseconds;
    const latest = microseconds(window.latenessMicroseconds, 100) / 1_000 / testConfiguration.intervalMilliseconds;
    const fewest = clients * Math.floor(intervals - 1 - 2 * latest);
    assert.ok(window.scheduled >= fewest, `${window.scheduled} in ${intervals} intervals`);
    assert.ok(window.scheduled <= clients * Math.ceil(intervals + 1), `${window.scheduled} in ${intervals} intervals`);
    // Unanswered messages are in the corrected histogram only, so ranks count from the top.
    const answeredShare = window.pongs / (window.pongs + window.outstanding);
    // A fleet that was late suppresses messages: those are not in the uncorrected ones, and ranks tell nothing.
    for (const percentile of window.suppressed === 0 ? [1, 50, 90, 99, 100] : [100]) {
      const corrected = microseconds(window.correctedMicroseconds, 100 - (100 - percentile) * answeredShare);
      assert.ok(corrected >= microseconds(window.uncorrectedMicroseconds, percentile), `percentile ${percentile}`);
    }
    const count = (encoded: string) => decodeFromCompressedBase64(encoded).totalCount;
    assert.equal(count(window.correctedMicroseconds), window.pongs + window.outstanding);
    const uncorrected = count(window.uncorrectedMicroseconds);
    assert.ok(uncorrected <= window.pongs && uncorrected >= window.pongs - window.suppressed);
    assert.equal(count(window.latenessMicroseconds), window.sent);

    assert.equal(last.sent, last.scheduled - last.suppressed);
    assert.equal(counters.messages, last.sent);
    assert.equal(counters.messageBytes, last.sent * testConfiguration.messageBytes);
    assert.equal(counters.upgraded, clients);
    assert.equal(counters.vanished, 0);
    assert.ok(counters.pings <= last.pongs && counters.pings >= last.pongs - last.suppressed, 'one pong for each ping');
    assert.deepEqual(fleet.noise, []);
  });
}

test('sessions that the server ends are counted by their close code', async (t) => {
  const server = await startTestServer('async');
  t.after(() => server.stop());
  const fleet = await startFleetOf(server, { messageBytes: 20_480 });
  t.after(() => fleet.stop());
  await open(fleet, 6);
  fleet.tell({ type: 'measure', window: 'too large' });
  fleet.tell({ type: 'send', on: true });
  const rejected = await fleet.next('sample', (sample) => sample.open === 0);
  assert.deepEqual(rejected.closeCodes, { 1009: 6 });
  const window = await report(fleet);
  assert.deepEqual([window.lost, window.open, window.closeCodes], [6, 0, { 1009: 6 }]);
  fleet.tell({ type: 'send', on: false });

  await open(fleet, 3);
  server.process.kill('SIGTERM');
  const away = await fleet.next('sample', (sample) => sample.open === 0);
  assert.deepEqual(away.closeCodes, { 1001: 3, 1009: 6 });
  assert.equal(await server.stop(), 0, 'every close frame was answered in time');
  const end = server.lines.at(-1);
  assert.deepEqual(end?.type === 'stopped' && end.cut, 0);
});

test('sessions of a server that dies end with code 1006', async (t) => {
  const server = await startTestServer('async');
  t.after(() => server.stop());
  const fleet = await startFleetOf(server, { pingsPerSecond: 1_000 });
  t.after(() => fleet.stop());
  await open(fleet, 4);
  fleet.tell({ type: 'send', on: true });
  server.process.kill('SIGSTOP');
  fleet.tell({ type: 'measure', window: 'death' });
  await fleet.next('sample', ({ sent }) => sent >= 8);
  server.process.kill('SIGKILL');
  const sample = await fleet.next('sample', ({ open }) => open === 0);
  assert.deepEqual(sample.closeCodes, { 1006: 4 });
  const window = await report(fleet);
  assert.equal(window.lost, 4);
  assert.ok(window.outstanding >= 4, 'messages of lost sessions still count');
});

test('connect opens missing clients and closes surplus ones', async (t) => {
  const server = await startTestServer('async');
  t.after(() => server.stop());
  const fleet = await startFleetOf(server);
  t.after(() => fleet.stop());
  assert.equal((await open(fleet, 3)).open, 3);
  const grown = await open(fleet, 10);
  assert.equal(grown.open, 10);
  assert.deepEqual(Object.values(grown.negotiated), [7], 'only the connections of this command');
  server.process.kill('SIGSTOP');
  const closed = open(fleet, 4);
  await fleet.next('sample', (sample) => sample.open === 4);
  assert.equal(
    fleet.lines.filter(({ type }) => type === 'connected').length,
    2,
    'no answer before the server has answered the close frames',
  );
  server.process.kill('SIGCONT');
  const shrunk = await closed;
  assert.deepEqual([shrunk.open, shrunk.durationMilliseconds, shrunk.negotiated], [4, 0, {}]);
  const counters = await server.counted('ended', 6);
  assert.deepEqual([counters.upgraded, counters.ended, counters.vanished], [10, 6, 0]);
  const sample = await fleet.next('sample');
  assert.deepEqual([sample.open, sample.closeCodes], [4, {}]);
});

test('source addresses and ports are taken in turn, in every combination', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const server = await startTestServer('async', '--port', '0', '--port', '0');
  t.after(() => server.stop());
  const fleet = await startFleetOf(server, { localAddresses: ['127.0.0.2', '127.0.0.3'] });
  t.after(() => fleet.stop());
  await open(fleet, 8);
  const child = spawn('ss', ['-Htn', 'state', 'established', 'src', '127.0.0.2', 'or', 'src', '127.0.0.3']);
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  await once(child, 'close');
  for (const address of ['127.0.0.2', '127.0.0.3']) {
    for (const port of server.ready.ports) {
      const pattern = new RegExp(`${address.replaceAll('.', '\\.')}:\\d+\\s+127\\.0\\.0\\.1:${port}\\b`, 'g');
      assert.equal(text.match(pattern)?.length, 2, `${address} to ${port} in\n${text}`);
    }
  }
});
