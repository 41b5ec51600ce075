import assert from 'node:assert/strict';
import { setInterval } from 'node:timers/promises';
import { type Case, type Group, messageText } from './case.ts';
import { frame } from './frames.ts';
import { RawClient, upgradeRequest } from './raw-client.ts';

/** Enough for a good client on a slow and busy machine. */
const deadlineMilliseconds = 3_000;
/** Interval between bytes: far too slow to send everything before the deadline. */
const trickleMilliseconds = 100;

/** Sends a byte at a time, slowly, until the server has ended the connection. */
async function trickle(client: RawClient, bytes: Buffer): Promise<void> {
  const end = new AbortController();
  const ended = client.ended().then(() => end.abort());
  let sent = 0;
  try {
    for await (const _ of setInterval(trickleMilliseconds, undefined, { signal: end.signal })) {
      // Fails only when the server has just cut the connection.
      await client.write(bytes.subarray(sent, sent + 1)).catch(() => {});
      sent += 1;
    }
  } catch {
    // Aborted: the connection has ended.
  }
  await ended;
  assert.ok(sent < bytes.length, 'the server waited for all the bytes');
}

/** A ClientHello of 512 bytes; only the first bytes matter. */
function startOfHandshake(): Buffer {
  return Buffer.concat([Buffer.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]), Buffer.alloc(506)]);
}

function cut(title: string, run: Case['run']): Case {
  return { title, counts: { rejectedDeadline: 1 }, run };
}

export const slowClients: Group = {
  title: 'slow clients',
  options: ['--deadline-ms', String(deadlineMilliseconds)],
  cases: [
    cut('cuts a client that sends nothing', async (server) => {
      using client = await RawClient.tcp(server);
      await client.ended();
    }),
    cut('cuts a TLS handshake that trickles in', async (server) => {
      using client = await RawClient.tcp(server);
      await trickle(client, startOfHandshake());
    }),
    cut('cuts a client that sends nothing after the TLS handshake', async (server) => {
      using client = await RawClient.tls(server);
      await client.ended();
    }),
    cut('cuts an upgrade request that trickles in', async (server) => {
      using client = await RawClient.tls(server);
      await trickle(client, Buffer.from(upgradeRequest()));
    }),
    {
      title: 'cuts a client that does not answer the close frame',
      counts: { upgraded: 1, rejectedJson: 1, rejectedDeadline: 1 },
      async run(server) {
        using client = await RawClient.webSocket(server);
        await client.write(frame('text', 'not JSON'));
        assert.equal((await client.closed()).code, 1007);
        await client.ended();
      },
    },
    {
      title: 'leaves an open session alone, however long its client is silent',
      counts: { accepted: 2, upgraded: 1, rejectedDeadline: 1, messages: 1, messageBytes: 1_024, pings: 1 },
      async run(server) {
        using client = await RawClient.webSocket(server);
        // Accepted later, and cut: the deadline of the first client has passed long before.
        using silent = await RawClient.tcp(server);
        await silent.ended();
        await client.write(Buffer.concat([frame('text', messageText(1_024)), frame('ping', '')]));
        assert.equal((await client.frame()).opcode, 'pong');
        await client.leave();
      },
    },
  ],
};
