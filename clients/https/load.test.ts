import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { type TestContext, test } from 'node:test';
import { startTestServer, type TestServer } from '../../servers/testing/start.ts';
import { request, startHttpsClientOf } from '../testing/https.ts';

/** All counts of a server that has nothing open any more. */
async function settled(server: TestServer) {
  return (await server.counters(({ accepted, released }) => accepted === released)).counters;
}

async function start(t: TestContext, model: 'async' | 'blocking') {
  const server = await startTestServer(model, '--report-ms', '50');
  t.after(() => server.stop());
  const client = await startHttpsClientOf(server);
  t.after(() => client.stop());
  const before = await settled(server);
  assert.deepEqual([before.accepted, before.healthChecks, before.rejectedTls], [1, 1, 0], 'the verifying request');
  return { server, client };
}

const connections = 3;

for (const model of ['async', 'blocking'] as const) {
  test(`the ${model} server: requests over connections that are kept`, async (t) => {
    const { server, client } = await start(t, model);
    const requested = await request(client, connections, 500, false);
    const counters = await settled(server);
    assert.equal(counters.accepted, 1 + connections);
    assert.ok(requested.answered > connections, `${requested.answered} answers`);
    // One request of each connection may be under way at the end.
    assert.ok(counters.healthChecks - 1 >= requested.answered);
    assert.ok(counters.healthChecks - 1 <= requested.answered + connections);
    assert.deepEqual([requested.others, requested.errors, requested.timeouts], [0, 0, 0]);
    assert.ok(requested.durationMilliseconds >= 500);
    const { p50Milliseconds, p99Milliseconds, maxMilliseconds } = requested;
    assert.ok(0 < p50Milliseconds && p50Milliseconds <= p99Milliseconds && p99Milliseconds <= maxMilliseconds);
    assert.deepEqual(
      client.lines.map(({ type }) => type),
      ['ready', 'requesting', 'requested'],
    );
    assert.equal(await client.stop(), 0);
    assert.deepEqual(client.noise, []);
  });

  test(`the ${model} server: every request opens a connection, and its answer is counted`, async (t) => {
    const { server, client } = await start(t, model);
    const requested = await request(client, connections, 1_000, true);
    const counters = await settled(server);
    assert.ok(requested.answered > connections, `${requested.answered} answers`);
    assert.deepEqual([requested.others, requested.errors, requested.timeouts], [0, 0, 0]);
    assert.ok(counters.healthChecks - 1 >= requested.answered);
    assert.ok(counters.healthChecks - 1 <= requested.answered + connections);
    // At the end connections may be open whose request has not come yet.
    assert.ok(counters.accepted >= counters.healthChecks);
    assert.ok(counters.accepted <= counters.healthChecks + connections);
    assert.equal(counters.rejectedTls, 0);
    assert.ok(requested.p50Milliseconds > 0);

    const again = await request(client, 1, 200, false);
    assert.ok(again.answered > 0, 'a second load');
    const opened = (await settled(server)).accepted - counters.accepted;
    // The server may have come to some of the first load only after they had ended.
    assert.ok(opened >= 1 && opened <= 1 + connections, `${opened} connections`);
    assert.deepEqual(client.noise, []);
  });
}

test('a server that dies among requests is a number of errors', async (t) => {
  const { server, client } = await start(t, 'async');
  const all = request(client, connections, 1_000, false);
  await server.counted('healthChecks', 20);
  server.process.kill('SIGKILL');
  const requested = await all;
  assert.ok(requested.answered >= 10 && requested.errors > 0);
  assert.equal(await client.stop(), 0);
  assert.deepEqual(client.noise, []);
});

test('the load negotiates what it was told to, and answers other than 2xx are counted apart', async (t) => {
  const real = await startTestServer('async');
  const [cert, key] = await Promise.all([readFile(real.certificates.certificate), readFile(real.certificates.key)]);
  await real.stop();
  const negotiated: string[] = [];
  const answers = { good: 0, bad: 0 };
  // By itself it would take another cipher, any protocol, and no name.
  const server = createServer({ cert, key }, (_request, response) => {
    const good = answers.good <= answers.bad;
    answers[good ? 'good' : 'bad'] += 1;
    response.writeHead(good ? 200 : 503).end();
  });
  server.on('secureConnection', (socket) => {
    negotiated.push(`${socket.getProtocol()} ${socket.getCipher().name} ${socket.servername} ${socket.alpnProtocol}`);
    assert.equal(socket.isSessionReused(), false);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  const target = { ready: { ports: [port] }, ca: real.ca };
  const client = await startHttpsClientOf(target, { cipher: 'TLS_CHACHA20_POLY1305_SHA256' });
  t.after(() => client.stop());
  const requested = await request(client, connections, 300, false);
  // The verifying request like the others.
  assert.deepEqual(negotiated, Array(1 + connections).fill('TLSv1.3 TLS_CHACHA20_POLY1305_SHA256 localhost false'));
  assert.ok(requested.others > connections);
  // Of the good ones, one was for the verification; the last answers may not have arrived.
  assert.ok(answers.good - 1 >= requested.answered && answers.bad >= requested.others);
  assert.ok(answers.good - 1 + answers.bad <= requested.answered + requested.others + connections);
});

for (const [how, end, expected] of [
  ['stop', (client) => client.tell({ type: 'stop' }), [0, null]],
  ['Ctrl-C', (client) => void client.process.kill('SIGINT'), [0, null]],
  ['SIGTERM', (client) => void client.process.kill('SIGTERM'), [0, null]],
  ['the end of stdin', (client) => void client.process.stdin?.end(), [null, 'SIGKILL']],
] as [string, (client: Awaited<ReturnType<typeof startHttpsClientOf>>) => void, [number | null, string | null]][]) {
  test(`${how} among requests ends the client at once, and nothing is left at the server`, async (t) => {
    const { server, client } = await start(t, 'async');
    const requesting = client.next('requesting');
    client.tell({ type: 'request', connections, durationMilliseconds: 600_000, reconnect: true });
    await requesting;
    await server.counted('healthChecks', 20);
    end(client);
    assert.deepEqual(await client.exited, expected);
    await settled(server);
    const types = client.lines.map(({ type }) => type);
    assert.deepEqual(types.slice(0, 2), ['ready', 'requesting']);
    assert.deepEqual(types.slice(2), expected[0] === 0 ? ['stopped'] : []);
    assert.deepEqual(client.noise, []);
  });
}
