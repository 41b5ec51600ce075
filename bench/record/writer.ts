import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { BenchError, messageOf } from '../errors.ts';
import type { Entry } from './record.ts';
import { removeSeal, writeSeal } from './seal.ts';

export const recordFileName = 'record.jsonl';

/**
 * An append-only file of entries. The kernel holds each entry when `append` returns, so a crash of this process loses
 * none. Closing the record seals it; the record of a killed run has no seal.
 */
export class RecordWriter {
  readonly directory: string;
  readonly #file: string;
  readonly #descriptor: number;
  readonly #broken = new AbortController();
  /** SHA-256 of the whole file so far. */
  readonly #hash = createHash('sha256');
  #isClosed = false;

  /** @throws BenchError RESULTS_NOT_WRITABLE */
  constructor(directory: string, mode: 'begin' | 'resume' = 'begin') {
    this.directory = directory;
    this.#file = join(directory, recordFileName);
    try {
      mkdirSync(directory, { recursive: true });
      if (mode === 'resume') this.#reopen();
      this.#descriptor = openSync(this.#file, mode === 'begin' ? 'ax' : 'a');
    } catch (error) {
      throw unwritable(directory, error);
    }
  }

  #reopen(): void {
    const content = readFileSync(this.#file);
    removeSeal(this.#file);
    // Bytes after the last newline are a line that was cut off when the harness or the machine was killed.
    const end = content.lastIndexOf('\n') + 1;
    truncateSync(this.#file, end);
    this.#hash.update(content.subarray(0, end));
  }

  /**
   * Aborted, with RESULTS_NOT_WRITABLE as the reason, when the record could not be written, because the run then has no
   * use for further measurements. `append` never throws, because it is called in listeners where no caller could catch
   * it.
   */
  get broken(): AbortSignal {
    return this.#broken.signal;
  }

  append(entry: Entry): void {
    // A record ends at its first gap; and the number of a closed descriptor may already belong to another file.
    if (this.broken.aborted || this.#isClosed) return;
    try {
      const line = Buffer.from(`${JSON.stringify(entry)}\n`);
      for (let written = 0; written < line.length; ) written += writeSync(this.#descriptor, line, written);
      this.#hash.update(line);
    } catch (error) {
      this.#broken.abort(unwritable(this.directory, error));
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      fsyncSync(this.#descriptor);
    } catch (error) {
      this.#broken.abort(unwritable(this.directory, error));
    }
    closeSync(this.#descriptor);
    if (!this.broken.aborted) this.#seal();
  }

  #seal(): void {
    try {
      writeSeal(this.#file, recordFileName, this.#hash.digest('hex'));
    } catch (error) {
      this.#broken.abort(unwritable(this.directory, error));
    }
  }
}

function unwritable(directory: string, error: unknown): BenchError {
  return new BenchError(
    'RESULTS_NOT_WRITABLE',
    `results cannot be written to ${directory} (${messageOf(error)}): choose another folder with --results`,
  );
}
