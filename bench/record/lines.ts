import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { parseJson } from '../../servers/contract/json.ts';
import { describeIssues } from './issues.ts';
import { type Entry, entrySchema, schemaVersion } from './record.ts';
import { oldestVersion, upgradeFrom2, withServers } from './upgrade.ts';

/** An entry and its line in the file, from 1. One line of an older version may hold several entries. */
export interface Located {
  line: number;
  entry: Entry;
}

/**
 * Why a record cannot be read. The message is the rest of a sentence that begins with the file, and the line if known.
 */
export class RecordFault extends Error {
  readonly line: number | undefined;

  constructor(line: number | undefined, sentence: string) {
    super(sentence);
    this.line = line;
  }
}

/** A thousand times the longest line that a run writes. */
const mostLineCharacters = 8_000_000;
const newline = 0x0a;
const another = 'name the folder of another run';
/** The remedy for a damaged record. */
export const fromCopy = 'take the record from a copy, or measure again';

/** Parses all lines of a record, and skips a torn last line. @throws RecordFault */
export function readLines(bytes: Buffer): Located[] {
  // What follows the last newline is empty, or a line that was being written when the machine stopped.
  const whole = bytes.subarray(0, bytes.lastIndexOf(newline) + 1);
  const version = versionOf(firstLine(bytes, whole));
  if (version !== undefined && version !== schemaVersion && version !== oldestVersion) {
    throw new RecordFault(
      1,
      `is of version ${version}, and this suite reads versions ${oldestVersion} to ${schemaVersion}: use the release that wrote it`,
    );
  }
  const upgrade = version === oldestVersion ? upgradeFrom2 : (value: unknown) => [value];
  return textOf(whole)
    .split('\n')
    .slice(0, -1)
    .flatMap((text, index) => {
      const line = index + 1;
      return upgrade(parseLine(text, line)).map((value) => ({ line, entry: readEntry(value, line) }));
    });
}

const runSchema = z.looseObject({ type: z.literal('run') });
const versionedSchema = z.object({ schemaVersion: z.number() });

/** Parses only the first line, because the others may have another version. @throws RecordFault */
function firstLine(bytes: Buffer, whole: Buffer): unknown {
  if (bytes.length === 0) throw new RecordFault(undefined, `is empty: ${another}`);
  if (isBlank(bytes)) throw new RecordFault(undefined, `holds nothing but white space: ${another}`);
  if (whole.length === 0 && bytes.toString('latin1', 0, beginning.length) === beginning.slice(0, bytes.length)) {
    throw new RecordFault(undefined, `ends within its first line, so the run had measured nothing: ${another}`);
  }
  const line = whole.subarray(0, whole.indexOf(newline));
  const value = isUtf8(line) && line.length < mostLineCharacters ? parseJson(line.toString()) : undefined;
  if (!runSchema.safeParse(value).success) {
    throw new RecordFault(1, `does not begin a run, so there is nothing to read: ${another}`);
  }
  return value;
}

/** How every record begins. */
const beginning = '{"type":"run"';

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

function versionOf(run: unknown): number | undefined {
  return versionedSchema.safeParse(run).data?.schemaVersion;
}

function textOf(whole: Buffer): string {
  if (isUtf8(whole)) return whole.toString();
  // Decoding other bytes would replace characters that the run wrote.
  let line = 1;
  for (let begin = 0; begin < whole.length; line += 1) {
    const end = whole.indexOf(newline, begin);
    if (!isUtf8(whole.subarray(begin, end))) break;
    begin = end + 1;
  }
  throw damaged(line, 'it is not text in UTF-8');
}

function parseLine(text: string, line: number): unknown {
  if (text.length > mostLineCharacters) {
    throw damaged(line, `it has ${Math.round(text.length / 1_000_000)} million characters`);
  }
  const value = parseJson(text);
  if (value !== undefined) return value;
  if (text.trim() === '') throw damaged(line, 'it is empty');
  const [, notFinite] = /[:,[]\s*-?(NaN|Infinity)\b/.exec(text) ?? [];
  throw damaged(line, notFinite === undefined ? 'it is not JSON' : `it is not JSON, which has no ${notFinite}`);
}

function readEntry(value: unknown, line: number): Entry {
  const entry = entrySchema.safeParse(value);
  if (entry.success) return withServers(entry.data);
  throw damaged(line, describeIssues(entry.error.issues, value));
}

function damaged(line: number, what: string): RecordFault {
  return new RecordFault(line, `is damaged (${what}): ${fromCopy}`);
}
