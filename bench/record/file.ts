import { constants } from 'node:buffer';
import { webcrypto } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BenchError, messageOf } from '../errors.ts';
import { damagedHistogram } from './histograms.ts';
import { fromCopy, type Located, RecordFault, readLines } from './lines.ts';
import { type Entry, withoutAbandoned } from './record.ts';
import { readSeal, type Seal, sealOf } from './seal.ts';
import { firstFault } from './structure.ts';
import { recordFileName } from './writer.ts';

/** Reads a record without its abandoned trials. @throws BenchError RECORD_UNREADABLE */
export async function readRecord(directory: string): Promise<Entry[]> {
  return withoutAbandoned(await readAllEntries(directory));
}

/**
 * Reads all entries of a record, without a last line that a crash has torn. A fault in one line is reported rather than
 * a wrong seal, because it says where the damage is.
 *
 * @throws BenchError RECORD_UNREADABLE
 */
export async function readAllEntries(directory: string): Promise<Entry[]> {
  const file = join(directory, recordFileName);
  // The seal is read first: a run that ends meanwhile writes a seal for more than was read.
  const seal = await readSeal(file, recordFileName);
  const bytes = await readBytes(directory, file);
  // Another thread computes the digest while this one parses the lines.
  const digest = seal === undefined ? undefined : webcrypto.subtle.digest('SHA-256', bytes);
  const located = linesOf(file, bytes);
  const fault = firstFault(located);
  if (fault !== undefined) throw damaged(file, fault);
  const sealFault = seal && digest && sealFaultOf(file, seal, await digest);
  if (seal === undefined || sealFault !== undefined) {
    const histogram = damagedHistogram(located);
    if (histogram !== undefined) throw damaged(file, histogram);
  }
  if (sealFault !== undefined) throw unreadable(sealFault);
  return located.map(({ entry }) => entry);
}

function sealFaultOf(file: string, seal: Seal, digest: ArrayBuffer): string | undefined {
  if ('fault' in seal) {
    return `${sealOf(file)} ${seal.fault}: take it from a copy, or remove it to have the record read unchecked`;
  }
  if (Buffer.from(digest).toString('hex') === seal.sha256) return undefined;
  return `${file} is not as the run left it (its SHA-256 is not the one in ${basename(sealOf(file))}): ${fromCopy}`;
}

function linesOf(file: string, bytes: Buffer): Located[] {
  try {
    return readLines(bytes);
  } catch (error) {
    if (!(error instanceof RecordFault)) throw error;
    const place = error.line === undefined ? file : `${file}, line ${error.line},`;
    throw unreadable(`${place} ${error.message}`);
  }
}

function damaged(file: string, { line, what }: { line: number; what: string }): BenchError {
  return unreadable(`${file}, line ${line}, cannot be right (${what}): ${fromCopy}`);
}

async function readBytes(directory: string, file: string): Promise<Buffer<ArrayBuffer>> {
  const folder = await stat(directory).catch(() => undefined);
  if (folder?.isFile()) {
    const which = basename(directory) === recordFileName ? 'that it lies in' : 'of a run';
    throw unreadable(`${directory} is a file: name the folder ${which}`);
  }
  try {
    const found = await stat(file);
    // Reading a pipe or a device may never end.
    if (!found.isFile()) throw unreadable(`${file} is not a file: name the folder of a run`);
    if (found.size > constants.MAX_STRING_LENGTH) {
      const megabytes = Math.round(found.size / 1_000_000);
      throw unreadable(`${file} has ${megabytes} MB, more than any run writes: name the folder of another run`);
    }
    return await readFile(file);
  } catch (error) {
    if (error instanceof BenchError) throw error;
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
      throw unreadable(`${file} cannot be read (${messageOf(error)}): name the folder of a run`);
    }
    const what = folder === undefined ? 'is not there' : `holds no ${recordFileName}`;
    throw unreadable(`${directory} ${what}: name the folder of a run`);
  }
}

/** Control characters in names from the record are replaced, so that the message stays one line. */
function unreadable(sentence: string): BenchError {
  return new BenchError('RECORD_UNREADABLE', sentence.replaceAll(/\p{Cc}+/gu, ' '));
}
