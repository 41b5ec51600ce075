import { randomBytes } from 'node:crypto';

/** Opcodes (RFC 6455, 5.2). This suite builds frames byte by byte, so that it can build wrong ones too. */
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
export type Opcode = keyof typeof opcodes;

export interface FrameFlaws {
  /** False for every fragment of a message except the last one. */
  final?: boolean;
  /** False leaves out the mask that a client must use. */
  masked?: boolean;
  /** RSV1 to RSV3 as the bits 4, 2 and 1. */
  reserved?: number;
  /** Length that the header announces, instead of the payload's own. */
  announcedBytes?: number;
}

export function frame(opcode: Opcode, payload: string | Buffer, flaws: FrameFlaws = {}): Buffer {
  const { final = true, masked = true, reserved = 0 } = flaws;
  const data = Buffer.from(payload);
  const length = lengthField(flaws.announcedBytes ?? data.length);
  const header = Buffer.concat([Buffer.from([(final ? 0x80 : 0) | (reserved << 4) | opcodes[opcode]]), length]);
  if (!masked) return Buffer.concat([header, data]);
  const mask = randomBytes(4);
  for (const [index, byte] of data.entries()) data[index] = byte ^ (mask[index % 4] ?? 0);
  header[1] = (header[1] ?? 0) | 0x80;
  return Buffer.concat([header, mask, data]);
}

export function closeFrame(code: number, reason = ''): Buffer {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
  payload.writeUInt16BE(code);
  payload.write(reason, 2);
  return frame('close', payload);
}

/** The shortest of the three forms, as the RFC demands. */
function lengthField(bytes: number): Buffer {
  if (bytes < 126) return Buffer.from([bytes]);
  if (bytes < 65_536) return Buffer.from([126, bytes >> 8, bytes & 0xff]);
  const field = Buffer.alloc(9);
  field[0] = 127;
  field.writeBigUInt64BE(BigInt(bytes), 1);
  return field;
}
