import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { type TestContext, test } from 'node:test';
import { startTestServer, type TestServer } from '../../servers/testing/start.ts';
import { request, startHttpsClientOf, type TestHttpsClient } from '../testing/https.ts';

/** Counters of a server once it has no open connection left. */
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

/**
 * Loads the server until every connection had time for a second answer, on a slow machine too.
 *
 * @returns the client's counts of the last load, and the server's counts of the same time.
 */
async function load(server: TestServer, client: TestHttpsClient, reconnect: boolean) {
  for (let durationMilliseconds = 500; ; durationMilliseconds *= 2) {
    const before = await settled(server);
    const requested = await request(client, connections, durationMilliseconds, reconnect);
    const { counters } = await server.counters(
      ({ accepted, released }) => accepted === released && accepted >= before.accepted + connections,
    );
    if (requested.answered <= connections) continue;
    const accepted = counters.accepted - before.accepted;
    const healthChecks = counters.healthChecks - before.healthChecks;
    assert.ok(requested.durationMilliseconds >= durationMilliseconds);
    assert.deepEqual([requested.others, requested.errors, requested.timeouts], [0, 0, 0]);
    // One request of each connection may be in flight at the end.
    assert.ok(healthChecks >= requested.answered && healthChecks <= requested.answered + connections);
    assert.equal(counters.rejectedTls, 0);
    return { requested, accepted, healthChecks };
  }
}

for (const model of ['async', 'blocking'] as const) {
  test(`the ${model} server: requests over persistent connections`, async (t) => {
    const { server, client } = await start(t, model);
    const { requested, accepted } = await load(server, client, false);
    assert.equal(accepted, connections);
    const { p50Milliseconds, p99Milliseconds, maxMilliseconds } = requested;
    assert.ok(0 < p50Milliseconds && p50Milliseconds <= p99Milliseconds && p99Milliseconds <= maxMilliseconds);
    // One pair of lines for each load.
    assert.match(client.lines.map(({ type }) => type).join(' '), /^ready( requesting requested)+$/);
    assert.equal(await client.stop(), 0);
    assert.deepEqual(client.noise, []);
  });

  test(`the ${model} server: every request opens a connection, and its answer is counted`, async (t) => {
    const { server, client } = await start(t, model);
    const { requested, accepted, healthChecks } = await load(server, client, true);
    // At the end connections may be open whose request has not come yet.
    assert.ok(accepted >= healthChecks && accepted <= healthChecks + connections);
    assert.ok(requested.p50Milliseconds > 0);

    const again = await load(server, client, false);
    // The server may have come to some of the first load only after they had ended.
    assert.ok(again.accepted >= connections && again.accepted <= 2 * connections, `${again.accepted} connections`);
    assert.deepEqual(client.noise, []);
  });
}

test('a server that dies among requests is a number of errors', async (t) => {
  // A server may be so slow that a load is over before it dies: then a longer one is.
  for (let durationMilliseconds = 1_000; ; durationMilliseconds *= 4) {
    const { server, client } = await start(t, 'async');
    const all = request(client, connections, durationMilliseconds, false);
    const isOver = all.then(() => 'over');
    const end = await Promise.race([isOver, server.counted('healthChecks', 10)]);
    server.process.kill('SIGKILL');
    const requested = await all;
    assert.equal(await client.stop(), 0);
    assert.deepEqual(client.noise, []);
    if (end === 'over' || (requested.errors === 0 && durationMilliseconds < 60_000)) continue;
    assert.ok(requested.answered > 0 && requested.errors > 0);
    return;
  }
});

test('the load negotiates what is configured, and counts responses other than 2xx separately', async (t) => {
  const real = await startTestServer('async');
  const [cert, key] = await Promise.all([readFile(real.certificates.certificate), readFile(real.certificates.key)]);
  await real.stop();
  const negotiated: string[] = [];
  const answers = { good: 0, bad: 0 };
  // By itself this server would accept another cipher, any protocol, and no server name.
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
  let loads = 0;
  const requested = { answered: 0, others: 0 };
  for (; requested.others <= connections; loads += 1) {
    const { answered, others } = await request(client, connections, 300, false);
    requested.answered += answered;
    requested.others += others;
  }
  // The verifying request like the others.
  assert.deepEqual(new Set(negotiated), new Set(['TLSv1.3 TLS_CHACHA20_POLY1305_SHA256 localhost false']));
  assert.ok(negotiated.length > 1 && negotiated.length <= 1 + connections * loads, 'connections are kept');
  // One good answer was for the verification; the last answers may not have arrived.
  assert.ok(answers.good - 1 >= requested.answered && answers.bad >= requested.others);
  assert.ok(answers.good - 1 + answers.bad <= requested.answered + requested.others + connections * loads);
});

for (const [how, end, expected] of [
  ['stop', (client) => client.tell({ type: 'stop' }), [0, null]],
  ['Ctrl-C', (client) => void client.process.kill('SIGINT'), [0, null]],
  ['SIGTERM', (client) => void client.process.kill('SIGTERM'), [0, null]],
  ['the end of stdin', (client) => void client.process.stdin?.end(), [null, 'SIGKILL']],
] as [string, (client: Awaited<ReturnType<typeof startHttpsClientOf>>) => void, [number | null, string | null]][]) {
  test(`${how} during requests ends the client at once, and the server releases every connection`, async (t) => {
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
