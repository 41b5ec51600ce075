import { inflateSync } from 'node:zlib';
import type { Located } from './lines.ts';
import type { Fault } from './structure.ts';

/** HdrHistogram's compressed form, version 2: a cookie, and the length of what is compressed. */
const outer = { cookie: 0x1c849314, headerBytes: 8 };
/** And what is compressed: another one, and the length of the counts, which follow the range and the precision. */
const inner = { cookie: 0x1c849313, headerBytes: 40 };

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
  if (!isWhole(bytes, outer)) return false;
  try {
    return isWhole(inflateSync(bytes.subarray(outer.headerBytes)), inner);
  } catch {
    return false;
  }
}

/** Whoever decodes it goes by the length, past the end as well. */
function isWhole(bytes: Buffer, { cookie, headerBytes }: typeof outer): boolean {
  if (bytes.length <= headerBytes || bytes.readUInt32BE(0) !== cookie) return false;
  return bytes.readUInt32BE(4) === bytes.length - headerBytes;
}
