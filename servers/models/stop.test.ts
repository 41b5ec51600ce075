import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import type { WebSocket } from 'ws';
import { openWebSocket, visit } from '../conformance/case.ts';
import { RawClient } from '../conformance/raw-client.ts';
import { contenderServers } from '../testing/servers.ts';
import { startTestServer, type TestServer } from '../testing/start.ts';

/** Checks the exit code: a server that cannot stop in its time ends by the signal. */
async function stopInOrder(server: TestServer, signal: NodeJS.Signals): Promise<void> {
  server.process.kill(signal);
  await server.ended;
  assert.equal(server.process.exitCode, 0);
  assert.deepEqual(server.noise, []);
}

function assertStopped(server: TestServer, reason: NodeJS.Signals, cut: number): void {
  assert.deepEqual(server.lines.at(-1), { type: 'stopped', reason, cut });
}

for (const name of contenderServers) {
  describe(`stop of the ${name} server`, () => {
    let server: TestServer;
    before(async () => {
      server = await startTestServer(name);
    });
    after(() => server.stop());

    test('sends 1001 to each of 20 clients, and cuts none of them', async () => {
      const clients: WebSocket[] = [];
      while (clients.length < 20) clients.push(await openWebSocket(server));
      const closes = clients.map((client) => once(client, 'close'));
      await stopInOrder(server, 'SIGTERM');
      for (const [code, reason] of await Promise.all(closes)) {
        assert.deepEqual([code, String(reason)], [1001, 'the server stops']);
      }
      assertStopped(server, 'SIGTERM', 0);
    });
  });

  describe(`stop of the ${name} server with clients that do not cooperate`, () => {
    let server: TestServer;
    before(async () => {
      server = await startTestServer(name);
    });
    after(() => server.stop());

    test('cuts the session that never answers, and drops handshakes', async () => {
      using ignoring = await RawClient.webSocket(server);
      using silent = await RawClient.tcp(server);
      using handshaking = await RawClient.tcp(server);
      await handshaking.write(Buffer.from([22, 3, 1, 2, 0, 1]));
      using beforeUpgrade = await RawClient.tls(server);
      // Accepted after all the others, so that the server has them all.
      await visit(server);
      await stopInOrder(server, 'SIGINT');
      await Promise.all([silent.ended(), handshaking.ended(), beforeUpgrade.ended()]);
      assert.equal((await ignoring.closed()).code, 1001);
      assertStopped(server, 'SIGINT', 1);
      const last = server.lines.findLast((line) => line.type === 'counters');
      assert.equal(last?.counters.vanished, 0, 'the server itself ended them');
      assert.equal(last?.counters.released, last?.counters.accepted);
    });
  });

  describe(`stop of the ${name} server while it accepts a connection`, () => {
    let server: TestServer;
    before(async () => {
      server = await startTestServer(name);
    });
    after(() => server.stop());

    test('drops it without cutting a session', async () => {
      using first = await RawClient.tcp(server);
      using second = await RawClient.tcp(server);
      await stopInOrder(server, 'SIGTERM');
      await Promise.all([first.ended(), second.ended()]);
      assertStopped(server, 'SIGTERM', 0);
    });
  });

  describe(`death of the parent of the ${name} server`, () => {
    let server: TestServer;
    before(async () => {
      server = await startTestServer(name);
    });
    after(() => server.stop());

    test('ends the server at once', async () => {
      using client = await RawClient.webSocket(server);
      // The kernel does the same to the pipe of a killed process.
      server.process.stdin?.destroy();
      await server.ended;
      assert.equal(server.process.signalCode, 'SIGKILL');
      await client.ended();
    });
  });
}
