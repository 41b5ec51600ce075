import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { startTestServer } from '../../servers/testing/start.ts';
import { configurationFor, startTestHttpsClient } from '../testing/https.ts';
import type { HttpsConfiguration } from './contract.ts';
import { verifyServer } from './verify.ts';

const noServer = { ready: { ports: [1] }, ca: '' };
const configure = configurationFor(noServer);
const request = { type: 'request', connections: 1, durationMilliseconds: 100, reconnect: false };
const text = (...commands: unknown[]) => commands.map((command) => JSON.stringify(command)).join('\n');

/** Resolves with the message once the client has failed by this code and sent no load. */
async function failure(input: string, code: string): Promise<string> {
  const client = startTestHttpsClient();
  client.process.stdin?.write(`${input}\n`);
  assert.deepEqual(await client.exited, [1, null]);
  const [line, ...more] = client.lines;
  assert.ok(line?.type === 'failed', JSON.stringify(client.lines));
  assert.equal(line.code, code);
  assert.ok(line.message.length > 10 && !line.message.includes('\n'));
  assert.deepEqual([more, client.noise], [[], []]);
  return line.message;
}

for (const [what, input, code] of [
  ['a line that is not JSON', 'open sesame', 'HTTPS_BAD_COMMAND'],
  ['an unknown command', text({ type: 'dance' }), 'HTTPS_BAD_COMMAND'],
  ['no connections', text({ ...request, connections: 0 }), 'HTTPS_BAD_COMMAND'],
  ['a request before the configuration', text(request), 'HTTPS_NOT_CONFIGURED'],
  ['a second configuration', text(configure, configure), 'HTTPS_COMMAND_ORDER'],
  ['a second request before the first is answered', text(configure, request, request), 'HTTPS_COMMAND_ORDER'],
  ['a cipher that does not exist', text({ ...configure, cipher: 'ROT13' }), 'HTTPS_NOT_VERIFIED'],
  ['a host that does not exist', text({ ...configure, host: 'nowhere.invalid' }), 'HTTPS_HOST_UNKNOWN'],
  ['a server that is down', text(configure, request), 'HTTPS_NOT_VERIFIED'],
] as const) {
  test(`${what} ends the process with ${code}`, async () => {
    await failure(input, code);
  });
}

test('a server that is not the expected one gets no load', async (t) => {
  const server = await startTestServer('async', '--report-ms', '50');
  t.after(() => server.stop());
  const other = await startTestServer('async');
  t.after(() => other.stop());
  const refused = (changes: Partial<HttpsConfiguration>) =>
    failure(text(configurationFor(server, changes), request), 'HTTPS_NOT_VERIFIED');
  assert.match(await refused({ ca: other.ca }), /certificate/);
  assert.match(await refused({ serverName: 'example.org' }), /altnames/i);
  assert.match(await refused({ serverName: '192.0.2.7' }), /altnames|does not match/i);
  assert.match(await refused({ cipher: 'TLS_CHACHA20_POLY1305_SHA256' }), /alert|handshake/i);
  assert.match(await refused({ path: '/nowhere' }), /404/);
  const { counters } = await server.counters(({ accepted, released }) => accepted === released && accepted === 5);
  assert.equal(counters.healthChecks, 0);
});

/** Listens on a free port until the test ends. */
async function listen(t: TestContext, server: Server): Promise<number> {
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => {});
    t.after(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Certificate, key and CA of a real test server. */
async function issue() {
  const { certificates, ca, stop } = await startTestServer('async');
  const [cert, key] = await Promise.all([readFile(certificates.certificate), readFile(certificates.key)]);
  await stop();
  return { cert, key, ca };
}

test('TLS 1.2 is refused', async (t) => {
  const { cert, key, ca } = await issue();
  const old = createHttpsServer({ cert, key, maxVersion: 'TLSv1.2' }, (_request, response) => response.end());
  const port = await listen(t, old);
  await failure(text(configurationFor({ ready: { ports: [port] }, ca }), request), 'HTTPS_NOT_VERIFIED');
});

test('a server that hangs up, or truncates its answer, is not verified', async (t) => {
  const port = await listen(
    t,
    createServer((socket) => socket.end()),
  );
  await failure(text({ ...configure, port }), 'HTTPS_NOT_VERIFIED');

  const { cert, key, ca } = await issue();
  const breaking = createHttpsServer({ cert, key }, (_request, response) => {
    response.writeHead(200, { 'content-length': 1_000 }).flushHeaders();
    response.write('a beginning', () => response.destroy());
  });
  const target = { ready: { ports: [await listen(t, breaking)] }, ca };
  assert.match(await failure(text(configurationFor(target)), 'HTTPS_NOT_VERIFIED'), /broke off/);
});

test('the verification of a silent server times out', async (t) => {
  const port = await listen(t, createServer());
  await assert.rejects(verifyServer({ ...configure, port }, 100), { code: 'HTTPS_NOT_VERIFIED' });
});

test('stop and the end of stdin work at any time, even with a silent server', async (t) => {
  const idle = startTestHttpsClient();
  idle.tell({ type: 'stop' });
  assert.deepEqual(await idle.exited, [0, null]);
  assert.deepEqual(idle.lines, [{ type: 'stopped' }]);

  const silent = createServer();
  const silentPort = await listen(t, silent);
  for (const [end, expected] of [
    ['{"type":"stop"}\n', [0, null]],
    ['', [null, 'SIGKILL']],
  ] as const) {
    const client = startTestHttpsClient();
    client.tell({ ...configure, port: silentPort });
    await once(silent, 'connection');
    client.process.stdin?.end(end);
    assert.deepEqual(await client.exited, expected);
  }
});
