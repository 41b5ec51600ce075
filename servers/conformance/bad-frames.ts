import assert from 'node:assert/strict';
import { type Case, type Group, messageText } from './case.ts';
import { closeFrame, frame } from './frames.ts';
import { RawClient } from './raw-client.ts';

interface Rejection {
  title: string;
  counter: keyof Case['counts'];
  sent: Buffer;
  code: number;
  reason?: string;
}

const trailingPing = frame('ping', 'never answered');
const tooLarge = messageText(12_000);

/**
 * Sends the bad frame and a ping in one write. A server that answered or counted the ping would have read past the bad
 * frame: its next frame must be the close frame. Then the client answers it, as a good client does.
 */
function rejected({ title, counter, sent, code, reason = '' }: Rejection): Case {
  return {
    title,
    counts: { upgraded: 1, [counter]: 1 },
    async run(server) {
      using client = await RawClient.webSocket(server);
      await client.write(Buffer.concat([sent, trailingPing]));
      assert.deepEqual(await client.closed(), { code, reason });
      await client.write(closeFrame(code));
      await client.ended();
    },
  };
}

const protocolErrors: Rejection[] = [
  { title: 'an unmasked frame', sent: frame('text', messageText(), { masked: false }) },
  { title: 'the reserved bit of compression', sent: frame('text', messageText(), { reserved: 4 }) },
  { title: 'another reserved bit', sent: frame('text', messageText(), { reserved: 1 }) },
  { title: 'a continuation of nothing', sent: frame('continuation', messageText()) },
  { title: 'a fragmented control frame', sent: frame('ping', 'in parts', { final: false }) },
].map(({ title, sent }) => ({ title: `ends at ${title}`, counter: 'rejectedProtocol', sent, code: 1002 }));

const badMessages: Rejection[] = [
  {
    title: 'ends at text that is not UTF-8',
    counter: 'rejectedUtf8',
    sent: frame('text', Buffer.from([0x22, 0xc3, 0x28, 0x22])),
    code: 1007,
  },
  {
    title: 'ends at text that is not JSON',
    counter: 'rejectedJson',
    sent: frame('text', messageText().slice(0, -1)),
    code: 1007,
    reason: 'the message is not JSON',
  },
  {
    title: 'ends at an empty message',
    counter: 'rejectedJson',
    sent: frame('text', ''),
    code: 1007,
    reason: 'the message is not JSON',
  },
  {
    title: 'names the first wrong field of a message',
    counter: 'rejectedShape',
    sent: frame('text', withWrongValue(messageText())),
    code: 1008,
    reason: 'wrong or missing: readings.3.value',
  },
  {
    title: 'ends at JSON that is no object',
    counter: 'rejectedShape',
    sent: frame('text', '[]'),
    code: 1008,
    reason: 'wrong or missing: (the message itself)',
  },
  {
    title: 'ends at a binary message',
    counter: 'rejectedBinary',
    sent: frame('binary', messageText()),
    code: 1003,
    reason: 'send the message as text',
  },
  {
    title: 'ends at a message above the limit',
    counter: 'rejectedTooLarge',
    sent: frame('text', tooLarge),
    code: 1009,
  },
  {
    title: 'ends at the header of a message above the limit, without waiting for its end',
    counter: 'rejectedTooLarge',
    sent: frame('text', '{', { announcedBytes: 2 ** 33 }),
    code: 1009,
  },
  {
    title: 'ends at a message that grows above the limit by fragments',
    counter: 'rejectedTooLarge',
    sent: Buffer.concat([
      frame('text', tooLarge.slice(0, 6_000), { final: false }),
      frame('continuation', tooLarge.slice(6_000)),
    ]),
    code: 1009,
  },
];

function withWrongValue(message: string): string {
  let index = -1;
  return message.replaceAll(/"value":[-.\d]+/g, (field) => {
    index += 1;
    return index === 3 ? '"value":"12.5"' : field;
  });
}

function vanishing(title: string, leave: (client: RawClient) => unknown): Case {
  return {
    title,
    counts: { upgraded: 1, vanished: 1 },
    async run(server) {
      using client = await RawClient.webSocket(server);
      const message = frame('text', messageText());
      await client.write(message.subarray(0, message.length / 2));
      leave(client);
      await client.ended();
    },
  };
}

export const badFrames: Group = {
  title: 'bad frames',
  options: [],
  cases: [
    ...[...protocolErrors, ...badMessages].map(rejected),
    {
      title: 'counts what came before the bad message, and only the first bad one',
      counts: { upgraded: 1, messages: 1, messageBytes: 1_024, rejectedJson: 1 },
      async run(server) {
        using client = await RawClient.webSocket(server);
        const good = frame('text', messageText(1_024));
        await client.write(Buffer.concat([good, frame('text', '?'), frame('binary', 'bad too'), good]));
        assert.equal((await client.closed()).code, 1007);
        await client.write(closeFrame(1007));
        await client.ended();
      },
    },
    vanishing('outlives a client that ends the connection in the middle of a frame', (client) => client.socket.end()),
    vanishing('outlives a client that resets the connection in the middle of a frame', (client) => client.reset()),
  ],
};
