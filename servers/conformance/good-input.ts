import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { defaultMessageBytes, smallestMessageBytes } from '../contract/message.ts';
import { healthPath } from '../contract/paths.ts';
import { type Group, messageText } from './case.ts';
import { closeFrame, frame } from './frames.ts';
import { RawClient, request } from './raw-client.ts';

/** Pings and awaits the pong, which proves that the server has processed everything before it; then closes. */
async function confirmProcessed(client: RawClient): Promise<void> {
  await client.write(frame('ping', 'all read?'));
  await assertPong(client, 'all read?');
  await client.leave();
}

async function assertPong(client: RawClient, payload: string): Promise<void> {
  const { opcode, payload: echoed } = await client.frame();
  assert.deepEqual([opcode, echoed.toString()], ['pong', payload]);
}

function oneMessage(bytes = defaultMessageBytes) {
  return { upgraded: 1, messages: 1, messageBytes: bytes, pings: 1 };
}

export const goodInput: Group = {
  title: 'good input',
  options: [],
  cases: [
    {
      title: 'opens a session, with the accept key of the RFC, and ends it when the client closes',
      counts: { upgraded: 1 },
      async run(server) {
        using client = await RawClient.tls(server);
        const response = await client.upgrade();
        assert.match(response.head, /sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk\+xoo=/);
        assert.doesNotMatch(response.head, /sec-websocket-extensions/);
        await client.leave();
      },
    },
    {
      title: 'answers a health check, and a second one on the same connection',
      counts: { healthChecks: 2 },
      async run(server) {
        using client = await RawClient.tls(server);
        for (let check = 0; check < 2; check += 1) {
          await client.write(request(healthPath, { Host: 'localhost' }));
          const { status, head, body } = await client.response();
          assert.equal(status, 200);
          assert.match(head, /content-type: application\/json/);
          assert.deepEqual(JSON.parse(body), { status: 'ok', open: 0 });
        }
        client.socket.end();
        await client.ended();
      },
    },
    {
      title: 'counts a message and its bytes once',
      counts: oneMessage(),
      async run(server) {
        using client = await RawClient.webSocket(server);
        await client.write(frame('text', messageText()));
        await confirmProcessed(client);
      },
    },
    {
      title: 'accepts a message in the same write as the upgrade request',
      counts: oneMessage(1_024),
      async run(server) {
        using client = await RawClient.tls(server);
        await client.upgrade(frame('text', messageText(1_024)));
        await confirmProcessed(client);
      },
    },
    {
      title: 'accepts a message a little above the usual size',
      counts: oneMessage(defaultMessageBytes + defaultMessageBytes / 8),
      async run(server) {
        using client = await RawClient.webSocket(server);
        await client.write(frame('text', messageText(defaultMessageBytes + defaultMessageBytes / 8)));
        await confirmProcessed(client);
      },
    },
    {
      title: 'joins a fragmented message, also when a fragment ends inside a character',
      counts: { ...oneMessage(), pings: 2 },
      async run(server) {
        using client = await RawClient.webSocket(server);
        const message = Buffer.from(messageText());
        const insideDegreeSign = message.indexOf('°') + 1;
        await client.write(frame('text', message.subarray(0, insideDegreeSign), { final: false }));
        // A control frame may stand between fragments (RFC 6455, 5.4).
        await client.write(frame('ping', 'between'));
        await assertPong(client, 'between');
        await client.write(frame('continuation', message.subarray(insideDegreeSign, 5_000), { final: false }));
        await client.write(frame('continuation', message.subarray(5_000)));
        await confirmProcessed(client);
      },
    },
    {
      title: 'joins a message that is split over many TLS records',
      counts: oneMessage(),
      async run(server) {
        using client = await RawClient.webSocket(server);
        // The smallest fragment that TLS allows: this message takes more than twenty records.
        client.tlsSocket.setMaxSendFragment(512);
        await client.write(frame('text', messageText()));
        await confirmProcessed(client);
      },
    },
    {
      title: 'reads a frame that trickles in byte by byte',
      counts: oneMessage(smallestMessageBytes),
      async run(server) {
        using client = await RawClient.webSocket(server);
        for (const byte of frame('text', messageText(smallestMessageBytes))) {
          await client.write(Buffer.from([byte]));
          // This delay waits for nothing: it makes the client slow, so that the server reads each byte alone.
          await setTimeout(4);
        }
        await confirmProcessed(client);
      },
    },
    {
      title: 'counts two messages in one TLS record, and answers the ping after them',
      counts: { upgraded: 1, messages: 2, messageBytes: 8_192, pings: 1 },
      async run(server) {
        using client = await RawClient.webSocket(server);
        const message = frame('text', messageText(4_096));
        await client.write(Buffer.concat([message, message, frame('ping', 'behind')]));
        await assertPong(client, 'behind');
        await client.leave();
      },
    },
    {
      title: 'accepts two megabytes of messages that arrive faster than it reads',
      counts: { upgraded: 1, messages: 200, messageBytes: 200 * defaultMessageBytes, pings: 1 },
      async run(server) {
        using client = await RawClient.webSocket(server);
        const messages = Array.from({ length: 200 }, () => frame('text', messageText()));
        await client.write(Buffer.concat(messages));
        await confirmProcessed(client);
      },
    },
    {
      title: 'processes everything before a close frame in the same write',
      counts: oneMessage(),
      async run(server) {
        using client = await RawClient.webSocket(server);
        await client.write(
          Buffer.concat([frame('text', messageText()), frame('ping', 'last words'), closeFrame(1000)]),
        );
        await assertPong(client, 'last words');
        assert.equal((await client.closed()).code, 1000);
        await client.ended();
      },
    },
  ],
};
