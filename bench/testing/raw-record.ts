import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordFileName } from '../record/writer.ts';

/** The folder of a run with any content as its record, as a killed run or an editor leaves it. */
export interface RawRecord extends Disposable {
  directory: string;
  file: string;
  write(content: string | Uint8Array): void;
}

export function rawRecord(content?: string | Uint8Array): RawRecord {
  const parent = mkdtempSync(join(tmpdir(), 'pi-websocket-bench-'));
  const directory = join(parent, 'run');
  mkdirSync(directory);
  const file = join(directory, recordFileName);
  const write = (what: string | Uint8Array) => writeFileSync(file, what);
  if (content !== undefined) write(content);
  return { directory, file, write, [Symbol.dispose]: () => rmSync(parent, { recursive: true, force: true }) };
}

export function textOf(entries: readonly unknown[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}
