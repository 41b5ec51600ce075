import { opcodes } from './frames.ts';

/** Receives the frames of a server. */
export interface FrameSink {
  ping(payload: Buffer): void;
  pong(payload: Buffer): void;
  /** @param code code in the close frame; 1005 when it has none (RFC 6455, 7.1.5). */
  closed(code: number): void;
  /** The server broke the protocol; nothing after that can be read. */
  protocolError(): void;
}

/** Rest of the bytes read so far. The client itself holds it, which saves one object for each of thousands. */
export interface ReadState {
  /** Start of a frame whose rest is still to come. */
  unread: Buffer | undefined;
  /** Bytes of a data frame that are still to come and to be discarded. */
  skip: number;
}

const longestControlPayload = 125;

/**
 * Reads the frames in `state.unread` and `chunk`. It discards messages, because the clients of a fleet need only pings,
 * pongs and close frames. It reads nothing after a close frame.
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
      // Copied, because a slice would keep the whole block of memory alive.
      state.unread = Buffer.from(bytes);
      return;
    }
    const mayContinue = dispatch(header.opcode, bytes.subarray(header.headerBytes, header.frameBytes), sink);
    if (!mayContinue) return;
    bytes = bytes.subarray(header.frameBytes);
  }
}

/** @returns whether more frames may follow. */
function dispatch(opcode: number, payload: Buffer, sink: FrameSink): boolean {
  if (opcode === opcodes.pong) sink.pong(payload);
  else if (opcode === opcodes.ping) sink.ping(payload);
  else if (opcode !== opcodes.close || payload.length === 1) sink.protocolError();
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

/**
 * Stands for a header that breaks the protocol: a complete control frame with an unknown opcode, which `dispatch`
 * reports.
 */
const violation: Header = { opcode: -1, control: true, headerBytes: 0, frameBytes: 0 };

/** Parses the header at the start of `bytes`; undefined while it is incomplete. */
function readHeader(bytes: Buffer): Header | undefined {
  const first = bytes[0];
  const second = bytes[1];
  if (first === undefined || second === undefined) return undefined;
  const opcode = first & 0x0f;
  const short = second & 0x7f;
  const control = opcode >= opcodes.close;
  // Reserved bits need an extension, and the client offers none; a server must not mask its frames (RFC 6455, 5.1).
  if ((first & 0x70) !== 0 || (second & 0x80) !== 0) return violation;
  if (control && ((first & 0x80) === 0 || short > longestControlPayload)) return violation;
  if (opcode > opcodes.pong || (!control && opcode > opcodes.binary)) return violation;
  if (short < 126) return { opcode, control, headerBytes: 2, frameBytes: 2 + short };
  const headerBytes = short === 126 ? 4 : 10;
  if (bytes.length < headerBytes) return undefined;
  const payloadBytes = short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  return { opcode, control, headerBytes, frameBytes: headerBytes + payloadBytes };
}
