import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../servers/contract/json.ts';
import { BenchError, messageOf } from './errors.ts';
import { type Entry, entrySchema, schemaVersion, settled } from './record.ts';
import { oldestVersion, upgradeFrom2 } from './record-upgrade.ts';

export const recordFileName = 'record.jsonl';

/** An append-only file of entries. Each is with the kernel when `append` returns: a crash of ours loses nothing. */
export class RecordWriter {
  readonly directory: string;
  readonly #descriptor: number;
  readonly #broken = new AbortController();

  /** @throws BenchError RESULTS_NOT_WRITABLE */
  constructor(directory: string, mode: 'begin' | 'go on' = 'begin') {
    this.directory = directory;
    const file = join(directory, recordFileName);
    try {
      mkdirSync(directory, { recursive: true });
      if (mode === 'go on') truncateSync(file, endOfLastLine(readFileSync(file)));
      this.#descriptor = openSync(file, mode === 'begin' ? 'ax' : 'a');
    } catch (error) {
      throw unwritable(directory, error);
    }
  }

  /**
   * Aborted, with a BenchError as its reason, when the record could not be written: what is not recorded need not be
   * measured. `append` itself never throws, because it is called where nobody could catch it.
   */
  get broken(): AbortSignal {
    return this.#broken.signal;
  }

  append(entry: Entry): void {
    // A record goes up to its first gap.
    if (this.broken.aborted) return;
    try {
      const line = Buffer.from(`${JSON.stringify(entry)}\n`);
      for (let written = 0; written < line.length; ) written += writeSync(this.#descriptor, line, written);
    } catch (error) {
      this.#broken.abort(unwritable(this.directory, error));
    }
  }

  close(): void {
    try {
      fsyncSync(this.#descriptor);
    } catch (error) {
      this.#broken.abort(unwritable(this.directory, error));
    }
    closeSync(this.#descriptor);
  }
}

/** What follows the last newline was being written when the harness or the machine was killed. */
function endOfLastLine(content: Buffer): number {
  return content.lastIndexOf('\n') + 1;
}

/** Reads a record, what was abandoned in it left out. @throws BenchError RECORD_UNREADABLE */
export async function readRecord(directory: string): Promise<Entry[]> {
  return settled(await readWhole(directory));
}

/** Reads all of a record but a last line that was torn by a crash. @throws BenchError RECORD_UNREADABLE */
export async function readWhole(directory: string): Promise<Entry[]> {
  const file = join(directory, recordFileName);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadable(`${file} cannot be read (${messageOf(error)}): name the folder of a run`);
  });
  const lines = text.split('\n');
  // What follows the last newline is empty, or a line that was being written when the machine stopped.
  lines.pop();
  const values = lines.map(parseJson);
  const upgrade = versionOf(values[0]) === oldestVersion ? upgradeFrom2 : (value: unknown) => [value];
  const entries = values.flatMap((value, index) =>
    upgrade(value).map((current) => readEntry(current, `${file}, line ${index + 1},`)),
  );
  if (entries[0]?.type === 'run') return entries;
  throw unreadable(
    `${file}, line 1, does not begin a run, so there is nothing to read: name the folder of another run`,
  );
}

const versionedSchema = z.object({ type: z.literal('run'), schemaVersion: z.number() });

function versionOf(value: unknown): number | undefined {
  const run = versionedSchema.safeParse(value);
  return run.success ? run.data.schemaVersion : undefined;
}

function readEntry(value: unknown, where: string): Entry {
  const entry = entrySchema.safeParse(value);
  if (entry.success) return entry.data;
  const version = versionOf(value);
  if (version !== undefined && version !== schemaVersion) {
    throw unreadable(
      `${where} is of version ${version}, and this suite reads versions ${oldestVersion} to ${schemaVersion}: use the release that wrote it`,
    );
  }
  const issue = entry.error.issues[0];
  const what = [issue?.path.join('.'), issue?.message].filter(Boolean).join(': ');
  throw unreadable(`${where} is damaged (${what}): take the record from a copy, or measure again`);
}

export function unwritable(directory: string, error: unknown): BenchError {
  return new BenchError(
    'RESULTS_NOT_WRITABLE',
    `results cannot be written to ${directory} (${messageOf(error)}): choose another folder with --results`,
  );
}

function unreadable(sentence: string): BenchError {
  return new BenchError('RECORD_UNREADABLE', sentence);
}
