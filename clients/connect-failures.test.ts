import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { ensureCertificates } from '../certs/issue.ts';
import { startTestServer } from '../servers/testing/start.ts';
import type { FleetConfiguration, FleetConnected } from './contract.ts';
import { startTestFleet, testConfiguration } from './testing/fleet.ts';

const attempts = 3;
let directory: string;
let pem: { ca: string; cert: string; key: string };

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
  const files = await ensureCertificates(directory, []);
  const [ca, cert, key] = await Promise.all(
    [files.ca, files.certificate, files.key].map((file) => readFile(file, 'utf8')),
  );
  assert.ok(ca !== undefined && cert !== undefined && key !== undefined);
  pem = { ca, cert, key };
});
after(() => rm(directory, { recursive: true, force: true }));

/** Listens on a free port until the test ends. */
async function listen(t: TestContext, server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Tries to open clients and returns the result; the process must keep running. */
async function tryToConnect(changes: Partial<FleetConfiguration> & { ports: number[] }): Promise<FleetConnected> {
  const fleet = startTestFleet();
  try {
    fleet.tell({ ...testConfiguration, ca: pem.ca, ...changes });
    fleet.tell({ type: 'connect', clients: attempts, perSecond: 1_000 });
    const connected = await fleet.next('connected');
    assert.equal(connected.durationMilliseconds, 0, 'nothing was opened');
    const sample = await fleet.next('sample');
    assert.deepEqual([sample.open, sample.connecting, sample.failures], [0, 0, connected.failures]);
    assert.deepEqual(sample.closeCodes, {}, 'what never opened was never lost');
    assert.equal(await fleet.stop(), 0);
    assert.deepEqual(fleet.noise, []);
    return connected;
  } finally {
    fleet.process.kill('SIGKILL');
  }
}

test('refused: no listener', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  server.close();
  await once(server, 'close');
  assert.deepEqual((await tryToConnect({ ports: [port] })).failures, { refused: attempts });
});

test('reset: the server hangs up, by a reset or by an end', async (t) => {
  const resets = await listen(
    t,
    createServer((socket) => socket.resetAndDestroy()),
  );
  const closes = await listen(
    t,
    createServer((socket) => socket.end()),
  );
  assert.deepEqual((await tryToConnect({ ports: [resets] })).failures, { reset: attempts });
  assert.deepEqual((await tryToConnect({ ports: [closes] })).failures, { reset: attempts });
});

test('reset: the server hangs up after TLS, without an answer', async (t) => {
  const server = createHttpsServer(pem).on('secureConnection', (socket) => socket.destroy());
  assert.deepEqual((await tryToConnect({ ports: [await listen(t, server)] })).failures, { reset: attempts });
});

test('timeout: the server never sends a byte', async (t) => {
  const port = await listen(t, createServer());
  const connected = await tryToConnect({ ports: [port], connectTimeoutMilliseconds: 200 });
  assert.deepEqual(connected.failures, { timeout: attempts });
});

test('timeout: TLS completes, but the server never answers the upgrade', async (t) => {
  const port = await listen(
    t,
    createHttpsServer(pem).on('upgrade', () => {}),
  );
  const connected = await tryToConnect({ ports: [port], connectTimeoutMilliseconds: 500 });
  assert.deepEqual(connected.failures, { timeout: attempts });
});

test('tls: another CA, another name, another protocol', async (t) => {
  const server = await startTestServer('async');
  t.after(() => server.stop());
  const { ports } = server.ready;
  assert.deepEqual((await tryToConnect({ ports })).failures, { tls: attempts }, 'the certificate of another CA');
  const named = { ports, ca: server.ca };
  assert.deepEqual((await tryToConnect({ ...named, serverName: 'example.org' })).failures, { tls: attempts });
  assert.deepEqual((await tryToConnect({ ...named, serverName: '192.0.2.7' })).failures, { tls: attempts });
  const cipher = 'TLS_CHACHA20_POLY1305_SHA256';
  assert.deepEqual((await tryToConnect({ ...named, cipher })).failures, { tls: attempts }, 'no cipher in common');
  const plain = await listen(
    t,
    createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  );
  assert.deepEqual((await tryToConnect({ ports: [plain] })).failures, { tls: attempts }, 'no TLS at all');
});

test('a server is verified by its address where it has no name', async (t) => {
  const server = await startTestServer('async');
  t.after(() => server.stop());
  const fleet = startTestFleet();
  t.after(() => fleet.stop());
  fleet.tell({ ...testConfiguration, ports: server.ready.ports, ca: server.ca, serverName: '127.0.0.1' });
  fleet.tell({ type: 'connect', clients: attempts, perSecond: 1_000 });
  assert.equal((await fleet.next('connected')).open, attempts);
});

test('upgrade: an HTTPS server without websockets', async (t) => {
  const server = createHttpsServer(pem, (_request, response) => response.writeHead(404).end());
  assert.deepEqual((await tryToConnect({ ports: [await listen(t, server)] })).failures, { upgrade: attempts });
});

test('ports: a source address that this machine does not have', async () => {
  const connected = await tryToConnect({ ports: [9], localAddresses: ['192.0.2.1'] });
  assert.deepEqual(connected.failures, { ports: attempts });
});

test('descriptors: more clients than the process may open', { skip: !existsSync('/usr/bin/prlimit') }, async (t) => {
  const server = await startTestServer('async');
  t.after(() => server.stop());
  const fleet = startTestFleet(['prlimit', '--nofile=60:60']);
  t.after(() => fleet.stop());
  // All 80 attempts may fail before the connect stops early.
  fleet.tell({ ...testConfiguration, ports: server.ready.ports, ca: server.ca, maxHandshakesInFlight: 80 });
  fleet.tell({ type: 'connect', clients: 80, perSecond: 1_000 });
  const connected = await fleet.next('connected');
  assert.ok(connected.open > 0 && connected.open < 60);
  assert.deepEqual(connected.failures, { descriptors: 80 - connected.open });

  // Only the next command retries failed attempts.
  fleet.tell({ type: 'connect', clients: 80, perSecond: 1_000 });
  const again = await fleet.next('connected');
  assert.deepEqual([again.open, again.failures], [connected.open, connected.failures]);
});

test('a connect stops early after 1 % failures, but not before as many as may be in flight', async () => {
  const fleet = startTestFleet();
  try {
    // This machine lacks the source address: each attempt fails at once.
    const nowhere = { ports: [9], localAddresses: ['192.0.2.1'], maxHandshakesInFlight: 20 };
    fleet.tell({ ...testConfiguration, ca: pem.ca, ...nowhere });
    for (const [clients, failuresAllowed] of [
      [1_000, 20],
      [5_000, 50],
    ] as const) {
      fleet.tell({ type: 'connect', clients, perSecond: 100_000 });
      const { failures, open } = await fleet.next('connected');
      assert.equal(open, 0);
      // Attempts in flight when the connect stops fail too.
      assert.ok(
        (failures.ports ?? 0) >= failuresAllowed && (failures.ports ?? 0) < failuresAllowed + 20,
        JSON.stringify(failures),
      );
    }
    assert.equal(await fleet.stop(), 0);
  } finally {
    fleet.process.kill('SIGKILL');
  }
});
