import assert from 'node:assert/strict';
import { healthPath, websocketPath } from '../contract/paths.ts';
import type { Case, Group } from './case.ts';
import { RawClient, request, upgradeRequest } from './raw-client.ts';

/** Sends bytes after a good TLS handshake: the server must answer with this status, and then end the connection. */
function refused(title: string, counter: keyof Case['counts'], sent: string, status: number): Case {
  return {
    title,
    counts: { [counter]: 1 },
    async run(server) {
      using client = await RawClient.tls(server);
      await client.write(sent);
      assert.equal((await client.response()).status, status);
      client.socket.end();
      await client.ended();
    },
  };
}

export const badRequests: Group = {
  title: 'bad requests',
  options: [],
  cases: [
    refused('refuses bytes that are not HTTP', 'rejectedHttp', 'hello\r\n\r\n', 400),
    refused('refuses a header without end', 'rejectedHttp', `GET / HTTP/1.1\r\nHost: ${'x'.repeat(17_000)}`, 400),
    refused('refuses an unknown path', 'rejectedPath', request('/', { Host: 'localhost' }), 404),
    refused('refuses an upgrade of an unknown path', 'rejectedPath', request('/elsewhere'), 404),
    refused(
      'refuses another method than GET',
      'rejectedPath',
      `DELETE ${healthPath} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      404,
    ),
    refused(
      'refuses the websocket path without an upgrade',
      'rejectedPath',
      request(websocketPath, { Host: 'localhost' }),
      404,
    ),
    refused(
      'refuses an upgrade to another protocol',
      'rejectedUpgrade',
      upgradeRequest({ Upgrade: 'smoke-signals' }),
      400,
    ),
    refused(
      'refuses an unknown version of the protocol',
      'rejectedUpgrade',
      upgradeRequest({ 'Sec-WebSocket-Version': '12' }),
      400,
    ),
    refused(
      'refuses a key of the wrong length',
      'rejectedUpgrade',
      upgradeRequest({ 'Sec-WebSocket-Key': 'short' }),
      400,
    ),
    {
      title: 'outlives a client that leaves between TLS and the upgrade',
      counts: {},
      async run(server) {
        using client = await RawClient.tls(server);
        client.socket.end();
        await client.ended();
      },
    },
    {
      title: 'outlives a client that leaves in the middle of the upgrade request',
      counts: { vanished: 1 },
      async run(server) {
        using client = await RawClient.tls(server);
        await client.write(upgradeRequest().slice(0, 40));
        client.socket.end();
        await client.ended();
      },
    },
  ],
};
