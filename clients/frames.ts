import { randomFillSync } from 'node:crypto';
import { buildMessage } from '../servers/contract/message.ts';

/** Opcodes of frames (RFC 6455, 5.2). */
export const opcodes = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const;

/**
 * Number of different messages: enough that a server gains nothing from repeated bytes, few enough to stay in the CPU's
 * cache.
 */
export const frameCount = 64;
/** 2026-01-01T00:00:00Z in Unix milliseconds: fixed, so that every run sends the same messages. */
const sentAt = 1_767_225_600_000;
const finalFrame = 0x80;
const masked = 0x80;

/**
 * Builds `frameCount` different messages of exactly `messageBytes` as masked text frames, ready for the wire. All
 * clients of the process share them.
 *
 * @param index number of the process in the fleet; each process sends different messages.
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
/** The payload of `pingFrame` is zero, so its masked bytes are the mask itself. */
const pingMask = pingFrame.readUInt32BE(pingPayloadAt);

/**
 * Returns the message followed by a ping, in one buffer, so that both leave in one TLS record. Each call copies the
 * message, because an earlier ping may still wait in the socket; only timed messages pay for the copy.
 *
 * @param number 32-bit number that the pong brings back.
 */
export function withPing(message: Buffer, number: number): Buffer {
  // Not from Node's buffer pool: any slice of it would keep its whole block alive.
  const both = Buffer.allocUnsafeSlow(message.length + pingFrame.length);
  message.copy(both);
  pingFrame.copy(both, message.length);
  both.writeUInt32BE((number ^ pingMask) >>> 0, message.length + pingPayloadAt);
  return both;
}

/** Largest payload of a TLS record (RFC 8446, 5.1). */
const longestRecordBytes = 16_384;

/**
 * Bytes of a client's largest write, a message and its ping; undefined when that takes several TLS records. OpenSSL
 * keeps a buffer of the size of the largest record that it may have to send.
 */
export function largestWriteBytes(messageBytes: number): number | undefined {
  const bytes = frame(opcodes.text, Buffer.alloc(messageBytes)).length + pingFrame.length;
  return bytes <= longestRecordBytes ? bytes : undefined;
}

/** Number of the ping that a pong with this payload answers; undefined when the ping is not one of `withPing`. */
export function pingNumber(payload: Buffer): number | undefined {
  return payload.length === pingPayloadBytes ? payload.readUInt32BE() : undefined;
}

/** Builds a close frame. Without `code` it is empty, like the answer to an empty close frame. */
export function closeFrame(code?: number): Buffer {
  const payload = Buffer.alloc(code === undefined ? 0 : 2);
  if (code !== undefined) payload.writeUInt16BE(code);
  return frame(opcodes.close, payload);
}

export function pongFrame(payload: Buffer): Buffer {
  return frame(opcodes.pong, payload);
}

/** Builds one complete client frame, masked with a random key (RFC 6455, 5.2 and 5.3). */
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

/** A key without zero bytes: a zero leaves bytes as they are, and a server could skip unmasking them. */
function maskKey(): Buffer {
  const key = Buffer.alloc(4);
  while (key.includes(0)) randomFillSync(key);
  return key;
}
