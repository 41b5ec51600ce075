import { inflateSync } from 'node:zlib';
import type { Located } from './lines.ts';
import type { Fault } from './structure.ts';

/** Header of HdrHistogram's compressed form, version 2: a cookie, and the length of the compressed data. */
const outer = { cookie: 0x1c849314, headerBytes: 8 };
/** Header of the data inside: a cookie, the length of the counts, and then the range and the precision. */
const inner = { cookie: 0x1c849313, headerBytes: 40 };

/**
 * Finds the first histogram that cannot be opened, on which a later quantile would throw. It is inflated but not
 * decoded, because the compressed data has its own checksum and decoding takes eight times as long. Pure.
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

/** Checks the length field, because the decoder trusts it even beyond the end of the data. */
function isWhole(bytes: Buffer, { cookie, headerBytes }: typeof outer): boolean {
  if (bytes.length <= headerBytes || bytes.readUInt32BE(0) !== cookie) return false;
  return bytes.readUInt32BE(4) === bytes.length - headerBytes;
}
