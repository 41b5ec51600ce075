import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { startTestServer } from '../servers/testing/start.ts';
import { arrive, startFleetOf } from './testing/fleet.ts';

/**
 * Starts a server that accepts every upgrade and then leaves the socket to `session`. It has the certificate of a real
 * test server.
 */
async function startStubServer(t: TestContext, session: (socket: Duplex) => void) {
  const { certificates, ca, ...real } = await startTestServer('async');
  const [cert, key] = await Promise.all([readFile(certificates.certificate), readFile(certificates.key)]);
  await real.stop();
  const server = createServer({ cert, key }).on('upgrade', (request, socket) => {
    socket.on('error', () => socket.destroy());
    t.after(() => socket.destroy());
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    socket.write(`${[...lines, `Sec-WebSocket-Accept: ${accept}`].join('\r\n')}\r\n\r\n`);
    session(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  return { ready: { ports: [typeof address === 'object' && address !== null ? address.port : 0] }, ca };
}

/** Answers the ping that follows a message: the last ten bytes, masked, in one TLS record with the message. */
function answerPing(socket: Duplex, answer: (pong: Buffer) => void): void {
  let bytes = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.at(-10) !== 0x89 || bytes.at(-9) !== 0x84) return;
    const key = bytes.subarray(-8, -4);
    answer(Buffer.from([0x8a, 4, ...bytes.subarray(-4).map((byte, at) => byte ^ (key[at] ?? 0))]));
    bytes = Buffer.alloc(0);
  });
}

test('timeout: the server answers the upgrade, but never the ping', async (t) => {
  const server = await startStubServer(t, (socket) => socket.resume());
  const fleet = await startFleetOf(server, { connectTimeoutMilliseconds: 500 });
  t.after(() => fleet.stop());
  const arrived = await arrive(fleet, 50, 100);
  assert.deepEqual([arrived.due, arrived.finished, arrived.failures], [5, 0, { timeout: 5 }]);
});

test('timeout: the server answers a ping that the client never sent', async (t) => {
  const server = await startStubServer(t, (socket) => {
    answerPing(socket, (pong) => {
      pong.writeUInt8((pong.readUInt8(5) + 1) & 0xff, 5);
      socket.write(pong);
    });
    // Answers a close frame by ending the connection.
    socket.on('data', (chunk: Buffer) => {
      if (chunk[0] === 0x88) socket.end();
    });
  });
  const fleet = await startFleetOf(server, { connectTimeoutMilliseconds: 500 });
  t.after(() => fleet.stop());
  assert.deepEqual((await arrive(fleet, 50, 100)).failures, { timeout: 5 });
});

test('timeout: the server sends the pong, but never closes', async (t) => {
  const server = await startStubServer(t, (socket) => answerPing(socket, (pong) => socket.write(pong)));
  const fleet = await startFleetOf(server);
  t.after(() => fleet.stop());
  const arrived = await arrive(fleet, 50, 100);
  assert.deepEqual([arrived.finished, arrived.failures, arrived.durationMilliseconds], [0, { timeout: 5 }, 0]);
});

test('reset: the session ends before its pong, with a close frame or without', async (t) => {
  const server = await startTestServer('async');
  t.after(() => server.stop());
  const tooLarge = await startFleetOf(server, { messageBytes: 20_480 });
  t.after(() => tooLarge.stop());
  assert.deepEqual((await arrive(tooLarge, 50, 100)).failures, { reset: 5 });
  assert.deepEqual((await tooLarge.next('sample')).closeCodes, { 1009: 5 });

  const fleet = await startFleetOf(await startStubServer(t, (socket) => socket.once('data', () => socket.destroy())));
  t.after(() => fleet.stop());
  assert.deepEqual((await arrive(fleet, 50, 100)).failures, { reset: 5 });
  assert.deepEqual((await fleet.next('sample')).closeCodes, { 1006: 5 });
});

test('stop during arrivals closes the open clients and leaves nothing behind', async (t) => {
  const server = await startTestServer('async');
  t.after(() => server.stop());
  const fleet = await startFleetOf(server);
  t.after(() => fleet.process.kill('SIGKILL'));
  fleet.tell({ type: 'arrive', perSecond: 10, durationMilliseconds: 600_000 });
  await server.counted('messages', 20);
  assert.equal(await fleet.stop(), 0);
  assert.equal(fleet.lines.at(-1)?.type, 'stopped');
  assert.equal(fleet.lines.filter(({ type }) => type === 'arrived').length, 0);
  const { counters } = await server.counters((now) => now.accepted === now.released);
  assert.equal(counters.upgraded, counters.ended);
  assert.deepEqual(fleet.noise, []);
});

test('stop ends in time even when the server is frozen', async (t) => {
  const server = await startTestServer('async');
  t.after(() => server.process.kill('SIGCONT'));
  t.after(() => server.stop());
  let closeFrames = 0;
  const stub = await startStubServer(t, (socket) => {
    socket.on('data', (chunk: Buffer) => {
      if (chunk[0] === 0x88) closeFrames += 1;
    });
  });
  const fleet = await startFleetOf({ ready: { ports: [server.port, ...stub.ready.ports] }, ca: stub.ca });
  t.after(() => fleet.process.kill('SIGKILL'));
  server.process.kill('SIGSTOP');
  fleet.tell({ type: 'arrive', perSecond: 20, durationMilliseconds: 600_000 });
  await fleet.next('sample', (sample) => sample.connecting >= 2 && sample.open >= 2);
  assert.equal(await fleet.stop(), 0);
  assert.ok(closeFrames >= 2, 'open clients close in good order');
});

test('the end of stdin ends arrivals', async (t) => {
  const server = await startTestServer('async');
  t.after(() => server.stop());
  const fleet = await startFleetOf(server);
  fleet.tell({ type: 'arrive', perSecond: 20, durationMilliseconds: 600_000 });
  await server.counted('messages', 10);
  fleet.process.stdin?.end();
  assert.deepEqual(await fleet.exited, [null, 'SIGKILL']);
  await server.counters((now) => now.accepted === now.released);
});
