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

/** Text frames as they go onto the wire, the same ones for all clients of the process. */
export interface MessageFrames {
  alone: Buffer[];
  /** The same messages with an empty ping behind each: one buffer, so that both leave in one TLS record. */
  withPing: Buffer[];
}

/**
 * Builds `frameCount` different messages of exactly `messageBytes`.
 *
 * @param index which process of the fleet this is: each sends messages of its own.
 */
export function buildMessageFrames(index: number, messageBytes: number): MessageFrames {
  const alone: Buffer[] = [];
  const withPing: Buffer[] = [];
  for (let number = 0; number < frameCount; number += 1) {
    const message = buildMessage(index * frameCount + number, number, sentAt, messageBytes);
    const text = frame(opcodes.text, Buffer.from(JSON.stringify(message)));
    const both = Buffer.concat([text, frame(opcodes.ping, Buffer.alloc(0))]);
    alone.push(both.subarray(0, text.length));
    withPing.push(both);
  }
  return { alone, withPing };
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
