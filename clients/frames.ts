import { randomFillSync } from 'node:crypto';
import { buildMessage } from '../servers/contract/message.ts';

/** What RFC 6455 calls the opcode of a frame. */
export const opcodes = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const;

/** Enough that a server cannot profit from seeing the same bytes again, few enough to stay in the CPU's cache. */
export const frameCount = 64;
/** A fixed time, so that every run sends the very same messages: 2026-01-01T00:00:00Z. */
const sentAt = 1_767_225_600_000;
const finalFrame = 0x80;
const masked = 0x80;

/**
 * Builds `frameCount` different messages of exactly `messageBytes`: text frames as they go onto the wire, the same ones
 * for all clients of the process.
 *
 * @param index which process of the fleet this is: each sends messages of its own.
 */
export function buildMessageFrames(index: number, messageBytes: number): Buffer[] {
  const frames: Buffer[] = [];
  for (let number = 0; number < frameCount; number += 1) {
    const message = buildMessage(index * frameCount + number, number, sentAt, messageBytes);
    frames.push(frame(opcodes.text, Buffer.from(JSON.stringify(message))));
  }
  return frames;
}

const pingPayloadBytes = 4;
const pingFrame = frame(opcodes.ping, Buffer.alloc(pingPayloadBytes));
const pingPayloadAt = pingFrame.length - pingPayloadBytes;
/** The payload of `pingFrame` is zero, so that what stands there masked is the mask. */
const pingMask = pingFrame.readUInt32BE(pingPayloadAt);

/**
 * A message with a ping behind it: one buffer, so that both leave in one TLS record. The message is copied, because an
 * earlier ping may still wait in the socket; only messages that are timed pay for it.
 *
 * @param number of 32 bits; comes back in the pong.
 */
export function withPing(message: Buffer, number: number): Buffer {
  // Not from the pool of small buffers, which would be kept whole as long as any of its parts.
  const both = Buffer.allocUnsafeSlow(message.length + pingFrame.length);
  message.copy(both);
  pingFrame.copy(both, message.length);
  both.writeUInt32BE((number ^ pingMask) >>> 0, message.length + pingPayloadAt);
  return both;
}

/** A TLS record carries at most this much (RFC 8446, 5.1). */
const longestRecordBytes = 16_384;

/**
 * The largest write of a client, message and ping; undefined when it takes several TLS records. OpenSSL keeps a buffer
 * of the size of the largest record that it may have to send.
 */
export function largestWriteBytes(messageBytes: number): number | undefined {
  const bytes = frame(opcodes.text, Buffer.alloc(messageBytes)).length + pingFrame.length;
  return bytes <= longestRecordBytes ? bytes : undefined;
}

/** The number of the ping that a pong with this payload answers; undefined when it is no answer to `withPing`. */
export function pingNumber(payload: Buffer): number | undefined {
  return payload.length === pingPayloadBytes ? payload.readUInt32BE() : undefined;
}

/** A close frame; without `code` it is empty, as the answer to an empty one is. */
export function closeFrame(code?: number): Buffer {
  const payload = Buffer.alloc(code === undefined ? 0 : 2);
  if (code !== undefined) payload.writeUInt16BE(code);
  return frame(opcodes.close, payload);
}

export function pongFrame(payload: Buffer): Buffer {
  return frame(opcodes.pong, payload);
}

/** One whole frame as a client sends it: masked with a random key (RFC 6455, 5.2 and 5.3). */
function frame(opcode: number, payload: Buffer): Buffer {
  const lengthBytes = payload.length < 126 ? 0 : payload.length < 65_536 ? 2 : 8;
  const keyAt = 2 + lengthBytes;
  const bytes = Buffer.alloc(keyAt + 4 + payload.length);
  bytes[0] = finalFrame | opcode;
  bytes[1] = masked | (lengthBytes === 0 ? payload.length : lengthBytes === 2 ? 126 : 127);
  if (lengthBytes === 2) bytes.writeUInt16BE(payload.length, 2);
  if (lengthBytes === 8) bytes.writeBigUInt64BE(BigInt(payload.length), 2);
  const key = maskKey();
  key.copy(bytes, keyAt);
  for (let at = 0; at < payload.length; at += 1) {
    bytes[keyAt + 4 + at] = (payload[at] ?? 0) ^ (key[at & 3] ?? 0);
  }
  return bytes;
}

/** No byte of it is zero: a server may skip unmasking what a zero leaves as it is. */
function maskKey(): Buffer {
  const key = Buffer.alloc(4);
  while (key.includes(0)) randomFillSync(key);
  return key;
}
