import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openWebSocket, visit } from '../../conformance/case.ts';
import { RawClient } from '../../conformance/raw-client.ts';
import { startTestServer, startTestServerUnder, type TestServer } from '../../testing/start.ts';
import { threadCallsAreKnown, threadIds, threadsInRead } from '../../testing/threads.ts';

const clientCount = 20;
const skip = threadCallsAreKnown ? false : 'no /proc/PID/task/TID/syscall here';
const fastReports = ['--report-ms', '100'];

describe('waiting of the blocking server', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer('blocking', ...fastReports);
  });
  after(() => server.stop());

  test('puts one thread for each of 20 silent clients to sleep in read(2), and wakes all for a stop', {
    skip,
  }, async () => {
    const clients = [];
    while (clients.length < clientCount) clients.push(await openWebSocket(server));
    // A thread falls asleep a few turns after its last message.
    while ((await threadsInRead(server.pid)) !== clientCount) await server.counters();
    assert.equal(await threadsInRead(server.pid), clientCount);
    assert.equal(await server.stop(), 0);
  });
});

describe('waiting of the async server', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer('async', ...fastReports);
  });
  after(() => server.stop());

  test('keeps no thread in read(2)', { skip }, async () => {
    for (let count = 0; count < clientCount; count += 1) await openWebSocket(server);
    for (let look = 0; look < 10; look += 1) {
      assert.equal(await threadsInRead(server.pid), 0);
      await server.counters();
    }
  });
});

describe('blocking server with two threads', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer('blocking', '--max-threads', '2', ...fastReports);
  });
  after(() => server.stop());

  test('refuses the third client, and serves the next one with a thread that became free', async () => {
    using first = await RawClient.webSocket(server);
    using second = await RawClient.webSocket(server);
    const threads = await threadIds(server.pid);

    using third = await RawClient.tcp(server);
    await third.ended();
    const refused = await server.counted('refused', 1);
    assert.deepEqual([refused.refused, refused.accepted, refused.released], [1, 3, 1]);

    await first.leave();
    await server.counted('released', 2);
    await visit(server);
    assert.deepEqual(await threadIds(server.pid), threads);
    await second.leave();
    const end = await server.counted('released', 4);
    assert.deepEqual([end.refused, end.upgraded, end.threadFailures, end.vanished], [1, 3, 0, 0]);
  });
});

describe('blocking server whose threads fail', () => {
  test('ends the connection of each, counts the failures, and prints each kind once', async (t) => {
    // Each thread dies when it adds a listener to its connection.
    const program = `
      import { Socket } from 'node:net';
      import { isMainThread } from 'node:worker_threads';
      if (!isMainThread) Socket.prototype.on = () => process.nextTick(() => { throw new Error('no luck'); });`;
    const preload = `data:text/javascript,${encodeURIComponent(program)}`;
    const server = await startTestServerUnder(['--import', preload], 'blocking', ...fastReports);
    t.after(() => server.stop());
    for (const clients of [1, 2]) {
      using client = await RawClient.tcp(server);
      await client.ended();
      const counters = await server.counted('released', clients);
      assert.deepEqual([counters.accepted, counters.released], [clients, clients]);
      assert.ok(counters.threadFailures >= clients);
    }
    await server.stop();
    assert.deepEqual(server.noise, ['a connection thread failed: Error: no luck']);
  });
});

describe('blocking server without node:ffi', () => {
  // A good client of a slow machine, and a thread that starts there, are in time.
  const deadline = '5000';
  let server: TestServer;
  before(async () => {
    server = await startTestServerUnder(
      ['--no-experimental-ffi'],
      'blocking',
      '--deadline-ms',
      deadline,
      ...fastReports,
    );
  });
  after(() => server.stop());

  test('says what it cannot do, and serves clients', async () => {
    assert.equal(server.ready.limitations.length, 1);
    assert.match(server.ready.limitations[0] ?? '', /node:ffi/);
    await visit(server);
  });

  test('cuts a late client when its next byte comes', async () => {
    using late = await RawClient.tcp(server);
    await server.counted('rejectedDeadline', 1);
    await late.write(Buffer.from([22]));
    await late.ended();
    const counters = await server.counted('released', 2);
    assert.deepEqual([counters.rejectedDeadline, counters.vanished, counters.rejectedTls], [1, 0, 0]);
  });

  test('ends by the signal, also when a thread sleeps in read(2)', async () => {
    using client = await RawClient.webSocket(server);
    server.process.kill('SIGTERM');
    await server.ended;
    assert.equal(server.process.signalCode, 'SIGTERM');
    await client.ended();
    assert.deepEqual(server.noise, []);
  });
});
