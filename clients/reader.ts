import { opcodes } from './frames.ts';

/** What a client does with the frames of its server. */
export interface FrameSink {
  ping(payload: Buffer): void;
  pong(payload: Buffer): void;
  /** @param code what stands in the close frame; 1005 when nothing does (RFC 6455, 7.1.5). */
  closed(code: number): void;
  /** The server sent what no server may send; nothing after it can be read. */
  violated(): void;
}

/** What is left of the bytes read so far. Kept by the client itself: one object less for each of thousands. */
export interface ReadState {
  /** The beginning of a frame whose rest is still to come. */
  unread: Buffer | undefined;
  /** Bytes of a data frame still to come that nobody needs. */
  skip: number;
}

const longestControlPayload = 125;

/**
 * Reads the frames in `chunk` and what was left before it. Messages are passed over without being kept: a client of
 * this fleet waits for pongs and close frames alone. Nothing is read after a close frame.
 */
export function readFrames(state: ReadState, chunk: Buffer, sink: FrameSink): void {
  let bytes = state.unread === undefined ? chunk : Buffer.concat([state.unread, chunk]);
  state.unread = undefined;
  for (;;) {
    const skipped = Math.min(state.skip, bytes.length);
    state.skip -= skipped;
    bytes = bytes.subarray(skipped);
    if (bytes.length === 0) return;
    const header = readHeader(bytes);
    if (header !== undefined && !header.control) {
      state.skip = header.frameBytes;
      continue;
    }
    if (header === undefined || bytes.length < header.frameBytes) {
      // Copied: a slice would keep the whole block of memory alive that was read.
      state.unread = Buffer.from(bytes);
      return;
    }
    const goesOn = handOver(header.opcode, bytes.subarray(header.headerBytes, header.frameBytes), sink);
    if (!goesOn) return;
    bytes = bytes.subarray(header.frameBytes);
  }
}

/** Returns whether anything may come after this frame. */
function handOver(opcode: number, payload: Buffer, sink: FrameSink): boolean {
  if (opcode === opcodes.pong) sink.pong(payload);
  else if (opcode === opcodes.ping) sink.ping(payload);
  else if (opcode !== opcodes.close || payload.length === 1) sink.violated();
  else sink.closed(payload.length === 0 ? 1005 : payload.readUInt16BE());
  return opcode === opcodes.pong || opcode === opcodes.ping;
}

interface Header {
  opcode: number;
  control: boolean;
  headerBytes: number;
  /** Header and payload. */
  frameBytes: number;
}

/** A header that breaks the protocol reads as this: a whole control frame that no sink knows. */
const violation: Header = { opcode: -1, control: true, headerBytes: 0, frameBytes: 0 };

/** The header at the start of `bytes`; undefined while it is incomplete. */
function readHeader(bytes: Buffer): Header | undefined {
  const first = bytes[0];
  const second = bytes[1];
  if (first === undefined || second === undefined) return undefined;
  const opcode = first & 0x0f;
  const short = second & 0x7f;
  const control = opcode >= opcodes.close;
  // Reserved bits need an extension, and none was offered; a server's frames are never masked.
  if ((first & 0x70) !== 0 || (second & 0x80) !== 0) return violation;
  if (control && ((first & 0x80) === 0 || short > longestControlPayload)) return violation;
  if (opcode > opcodes.pong || (!control && opcode > opcodes.binary)) return violation;
  if (short < 126) return { opcode, control, headerBytes: 2, frameBytes: 2 + short };
  const headerBytes = short === 126 ? 4 : 10;
  if (bytes.length < headerBytes) return undefined;
  const payloadBytes = short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  return { opcode, control, headerBytes, frameBytes: headerBytes + payloadBytes };
}
