import { inflateSync } from 'node:zlib';
import type { Located } from './record-lines.ts';
import type { Fault } from './record-structure.ts';

/** The cookie of HdrHistogram's compressed form, version 2, and the length of what is compressed. */
const headerBytes = 8;
const cookie = 0x1c849314;

/**
 * The first histogram that cannot be opened: whoever asks for a quantile of it would fall over it. Opened, not decoded:
 * what is compressed has a checksum of its own, and decoding takes eight times as long. Pure.
 */
export function damagedHistogram(located: readonly Located[]): Fault | undefined {
  for (const { line, entry } of located) {
    if (entry.type !== 'fleet') continue;
    for (const [name, value] of Object.entries(entry.line)) {
      if (!/Microseconds$/.test(name) || typeof value !== 'string' || canBeOpened(value)) continue;
      return { line, what: `its histogram line.${name} cannot be opened` };
    }
  }
  return undefined;
}

function canBeOpened(text: string): boolean {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length <= headerBytes || bytes.readUInt32BE(0) !== cookie) return false;
  if (bytes.readUInt32BE(4) !== bytes.length - headerBytes) return false;
  try {
    return inflateSync(bytes.subarray(headerBytes)).length > 0;
  } catch {
    return false;
  }
}
