import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messageSchema } from '../servers/contract/message.ts';
import {
  buildMessageFrames,
  closeFrame,
  frameCount,
  largestWriteBytes,
  pingNumber,
  pongFrame,
  withPing,
} from './frames.ts';

/** Takes a masked frame apart as a server does. */
function unmask(bytes: Buffer): { opcode: number; key: Buffer; payload: Buffer; rest: Buffer } {
  const [first = 0, second = 0] = bytes;
  assert.equal(first & 0xf0, 0x80, 'final, no reserved bits');
  assert.equal(second & 0x80, 0x80, 'masked');
  const short = second & 0x7f;
  const keyAt = short < 126 ? 2 : short === 126 ? 4 : 10;
  const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  const key = bytes.subarray(keyAt, keyAt + 4);
  const end = keyAt + 4 + length;
  const payload = Buffer.from(bytes.subarray(keyAt + 4, end)).map((byte, at) => byte ^ (key[at % 4] ?? 0));
  return { opcode: first & 0x0f, key, payload: Buffer.from(payload), rest: bytes.subarray(end) };
}

for (const bytes of [256, 10_240, 65_535, 65_536]) {
  test(`frames of ${bytes} bytes hold valid messages of exactly that size, all different`, () => {
    const frames = buildMessageFrames(3, bytes);
    const texts = frames.map((bytesOnTheWire) => {
      const { opcode, key, payload, rest } = unmask(bytesOnTheWire);
      assert.equal(opcode, 1);
      assert.equal(payload.length, bytes);
      assert.equal(rest.length, 0);
      assert.ok(!key.includes(0), 'no byte of the key is zero');
      messageSchema.parse(JSON.parse(payload.toString()));
      return payload.toString();
    });
    assert.equal(new Set(texts).size, frameCount);
  });
}

test('withPing appends a ping to the unchanged message, and its pong brings back the number', () => {
  for (const message of buildMessageFrames(0, 1_024)) {
    for (const number of [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) {
      const both = withPing(message, number);
      assert.deepEqual(both.subarray(0, message.length), message);
      const ping = unmask(both.subarray(message.length));
      assert.deepEqual([ping.opcode, ping.rest.length], [9, 0]);
      assert.ok(!ping.key.includes(0));
      assert.equal(pingNumber(ping.payload), number);
    }
  }
  assert.equal(pingNumber(Buffer.alloc(0)), undefined);
  assert.equal(pingNumber(Buffer.alloc(5)), undefined);
});

test('each process of a fleet sends different messages, the same ones in every run', () => {
  const payloads = (index: number) => buildMessageFrames(index, 512).map((bytes) => unmask(bytes).payload.toString());
  assert.deepEqual(payloads(1), payloads(1));
  assert.equal(new Set([...payloads(0), ...payloads(1)]).size, 2 * frameCount);
});

test('close and pong frames carry their payload', () => {
  assert.equal(unmask(closeFrame(1_000)).payload.readUInt16BE(), 1_000);
  assert.equal(unmask(closeFrame()).payload.length, 0);
  assert.equal(unmask(closeFrame()).opcode, 8);
  const pong = unmask(pongFrame(Buffer.from('are you there')));
  assert.deepEqual([pong.opcode, pong.payload.toString()], [10, 'are you there']);
});

test('the largest write is a message with its ping, which share one TLS record', () => {
  for (const bytes of [256, 10_240, 16_366]) {
    const [message = Buffer.alloc(0)] = buildMessageFrames(0, bytes);
    assert.equal(largestWriteBytes(bytes), withPing(message, 1).length);
  }
  assert.equal(largestWriteBytes(16_366), 16_384, 'the most that a record carries');
  assert.equal(largestWriteBytes(16_367), undefined, 'several records either way');
});
