import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { closeFrame, frame } from '../../conformance/frames.ts';
import { RawClient, upgradeRequest } from '../../conformance/raw-client.ts';
import { startTestServer } from '../../testing/start.ts';

const messageBytes = 10_240;

describe('the server that reads and discards', () => {
  test('opens a websocket, counts whole messages for any split of the bytes, answers none, and closes when its client does', async () => {
    const server = await startTestServer('null', '--message-bytes', String(messageBytes), '--report-ms', '50');
    try {
      using client = await RawClient.tls(server);
      await client.write(upgradeRequest());
      const response = await client.response();
      assert.equal(response.status, 101);
      // The answer to the key of RFC 6455, 1.3.
      assert.match(response.head, /sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk\+xoo=/);
      const message = frame('text', 'x'.repeat(messageBytes));
      const five = Buffer.concat(Array.from({ length: 5 }, () => message));
      // The cut is inside a frame.
      await client.write(five.subarray(0, message.length + 7));
      await server.counted('messages', 1);
      await client.write(five.subarray(message.length + 7));
      const counters = await server.counted('messages', 5);
      assert.equal(counters.messageBytes, 5 * messageBytes);
      assert.equal(counters.pings, 0);
      await client.write(closeFrame(1000));
      await client.ended();
      assert.equal((await server.counted('ended', 1)).messages, 5);
    } finally {
      assert.equal(await server.stop(), 0);
    }
  });

  for (const [what, request] of [
    ['another path', upgradeRequest().replace('/readings', '/else')],
    ['no key', upgradeRequest().replace(/Sec-WebSocket-Key: .*\r\n/, '')],
    ['a head without end', `GET / HTTP/1.1\r\nX: ${'x'.repeat(9_000)}`],
  ] as const) {
    test(`hangs up on ${what}`, async () => {
      const server = await startTestServer('null');
      try {
        using client = await RawClient.tls(server);
        await client.write(request);
        await client.ended();
        const { upgraded, ended } = await server.counted('released', 1);
        assert.deepEqual([upgraded, ended], [0, 0]);
      } finally {
        assert.equal(await server.stop(), 0);
      }
    });
  }
});
