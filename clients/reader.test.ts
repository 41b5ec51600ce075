import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type FrameSink, type ReadState, readFrames } from './reader.ts';

function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.from([0x80 | opcode, length, ...payload]);
  const header = Buffer.alloc(length < 65_536 ? 4 : 10);
  header[0] = 0x80 | opcode;
  header[1] = length < 65_536 ? 126 : 127;
  if (length < 65_536) header.writeUInt16BE(length, 2);
  else header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
}

function read(...chunks: Buffer[]): string[] {
  const seen: string[] = [];
  const sink: FrameSink = {
    ping: (payload) => seen.push(`ping ${payload}`),
    pong: (payload) => seen.push(`pong ${payload}`),
    closed: (code) => seen.push(`closed ${code}`),
    protocolError: () => seen.push('protocol error'),
  };
  const state: ReadState = { unread: undefined, skip: 0 };
  for (const chunk of chunks) readFrames(state, chunk, sink);
  return seen;
}

const pong = frame(10, Buffer.from('here'));

test('control frames are reported and messages discarded, for any split of the bytes', () => {
  const stream = Buffer.concat([
    pong,
    frame(1, Buffer.alloc(300, 'x')),
    frame(9, Buffer.from('hello')),
    frame(2, Buffer.alloc(70_000)),
    frame(1, Buffer.alloc(0)),
    pong,
    frame(8, Buffer.from([0x03, 0xe9, 0x21])),
  ]);
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length), { maxLength: 30 }), (cuts) => {
      const edges = [0, ...cuts.toSorted((one, other) => one - other), stream.length];
      const chunks = edges.slice(1).map((end, index) => stream.subarray(edges[index], end));
      assert.deepEqual(read(...chunks), ['pong here', 'ping hello', 'pong here', 'closed 1001']);
    }),
  );
  assert.deepEqual(read(...Array.from(stream, (byte) => Buffer.from([byte]))).length, 4, 'byte by byte');
});

test('a close frame without a code is 1005, and nothing after it is read', () => {
  assert.deepEqual(read(Buffer.concat([frame(8, Buffer.alloc(0)), pong])), ['closed 1005']);
});

for (const [why, bytes] of [
  ['masked', Buffer.from([0x8a, 0x80, 1, 2, 3, 4])],
  ['a reserved bit', Buffer.from([0xca, 0x00])],
  ['a fragmented control frame', Buffer.from([0x0a, 0x00])],
  ['a long control frame', frame(10, Buffer.alloc(126))],
  ['a data opcode that does not exist', Buffer.from([0x83, 0x00])],
  ['a control opcode that does not exist', Buffer.from([0x8b, 0x00])],
  ['half a close code', Buffer.from([0x88, 0x01, 0x03])],
] as const) {
  test(`reports what no server may send: ${why}`, () => {
    assert.deepEqual(read(Buffer.concat([bytes, pong])), ['protocol error']);
  });
}
