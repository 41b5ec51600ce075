import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { Worker } from 'node:worker_threads';
import { ensureCertificates } from '../../../certs/issue.ts';
import { healthPath } from '../../contract/paths.ts';
import { Counters } from '../../work/counters.ts';
import type { WorkSettings } from '../../work/settings.ts';
import type { ThreadData } from './connection.ts';
import { Slots } from './slots.ts';

/** Long, so that a deadline that starts at accept and one that starts later are far apart. */
const deadlineMilliseconds = 60_000;
const program = `
  import { parentPort } from 'node:worker_threads';
  import serveConnection from ${JSON.stringify(new URL('./connection.ts', import.meta.url).href)};
  parentPort.on('message', async (task) => {
    await serveConnection(task);
    parentPort.postMessage('ended');
  });
`;

/** A connection thread; the test plays the accept thread. */
describe('connection thread', () => {
  let work: WorkSettings;
  let slots: Slots;
  let counters: Counters;
  let thread: Worker;
  let server: Server;
  let port: number;
  let client: Socket;

  before(async () => {
    const directory = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
    const files = await ensureCertificates(directory, []);
    const [certificate, key] = await Promise.all([readFile(files.certificate, 'utf8'), readFile(files.key, 'utf8')]);
    work = { certificate, key, cipher: 'TLS_AES_128_GCM_SHA256', messageBytes: 512, deadlineMilliseconds };
    await rm(directory, { recursive: true, force: true });
    server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  after(() => server.close());
  beforeEach(() => {
    slots = new Slots(1);
    counters = new Counters();
    const workerData: ThreadData = {
      work,
      counterMemory: counters.memory,
      slotMemory: slots.memory,
      timeOrigin: performance.timeOrigin,
    };
    thread = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`), { workerData });
  });
  afterEach(async () => {
    // A thread asleep in read(2) cannot be terminated.
    client.destroy();
    await thread.terminate();
  });

  /** Connects a client. `hand` moves its connection to the thread and resolves when the thread has served it. */
  async function accept(): Promise<{ client: Socket; hand: () => Promise<unknown> }> {
    const accepted = once(server, 'connection');
    client = connect(port, '127.0.0.1').on('error', () => {});
    const [socket] = await accepted;
    assert.ok(socket instanceof Socket);
    return {
      client,
      hand() {
        const ended = once(thread, 'message');
        thread.postMessage({ socket, slot: 0 }, [socket]);
        return ended;
      },
    };
  }

  async function secured(client: Socket) {
    const tls = connectTls({ socket: client, rejectUnauthorized: false }).on('error', () => {});
    await once(tls, 'secureConnect');
    return tls;
  }

  test('cuts a connection whose deadline passed before the thread received it, and counts nothing itself', async () => {
    const { client, hand } = await accept();
    slots.take(0, performance.now() - 1);
    assert.ok(slots.takeMissed(0, performance.now()));
    const closed = once(client.resume(), 'close');
    await Promise.all([hand(), closed]);
    assert.ok(Object.values(counters.values()).every((value) => value === 0));
    assert.ok(!slots.takeMissed(0, performance.now() + 2 * deadlineMilliseconds), 'once only');
  });

  test('does not change the deadline that the accept thread set', async () => {
    const due = Math.round(performance.now()) + 15_000;
    const { client, hand } = await accept();
    slots.take(0, due);
    const ended = hand();
    const tls = await secured(client);
    assert.ok(!slots.takeMissed(0, due - 1));
    assert.ok(slots.takeMissed(0, due));
    tls.destroy();
    await ended;
    assert.equal(counters.read('vanished'), 0, 'it was cut');
  });

  test('restarts the deadline with each request, for one client after another', async () => {
    for (const answered of [1, 2]) {
      const due = Math.round(performance.now()) + 15_000;
      const { client, hand } = await accept();
      slots.take(0, due);
      const ended = hand();
      const tls = await secured(client);
      tls.write(`GET ${healthPath} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      await once(tls, 'data');
      assert.equal(counters.read('healthChecks'), answered);
      assert.ok(!slots.takeMissed(0, due));
      tls.end();
      await ended;
    }
  });
});
