import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { BenchError } from '../errors.ts';
import { contenderEntries } from '../testing/contender-entries.ts';
import { endEntry, runEntry, verdictOf } from '../testing/runs.ts';
import { machine, roomyLimits } from '../testing/samples.ts';
import { readRecord } from './file.ts';
import type { Entry } from './record.ts';
import { RecordWriter, recordFileName } from './writer.ts';

describe('record', () => {
  let directory: string;
  let file: string;
  beforeEach(async () => {
    directory = join(await mkdtemp(join(tmpdir(), 'pi-websocket-bench-')), 'run');
    file = join(directory, recordFileName);
  });
  afterEach(() => rm(join(directory, '..'), { recursive: true, force: true }));

  const ceiling = {
    name: 'descriptors',
    host: 'server' as const,
    unit: 'descriptors',
    limit: 30,
    current: 10,
    needed: 60,
    maxClients: 20,
    mend: 'ulimit -n 60',
  };
  const entries: Entry[] = [
    runEntry(),
    { type: 'limits', server: roomyLimits, fleet: roomyLimits, machines: { server: machine, fleet: machine } },
    {
      type: 'preflight',
      contender: 'async',
      sending: true,
      clients: 40,
      fits: false,
      ceilings: [ceiling],
      binding: ceiling,
    },
    ...contenderEntries('async', {
      connected: [[10, 20], verdictOf('target reached')],
      sending: [[10], verdictOf('CPU saturated', ['accept backlog'])],
    }),
    {
      type: 'clock',
      trial: 'memory-1-async',
      process: 1,
      place: 'pi@a',
      offsetMilliseconds: -12.5,
      uncertaintyMilliseconds: 0.2,
    },
    { type: 'warning', message: 'a "quoted" line\nand another — with µ and 🙂' },
    endEntry(),
  ];

  function write(lines: Entry[] = entries): void {
    const record = new RecordWriter(directory);
    for (const entry of lines) record.append(entry);
    record.close();
  }

  /** Writes text as a killed run leaves it, without a seal. */
  async function writeText(text: string): Promise<void> {
    await mkdir(directory, { recursive: true });
    await writeFile(file, text);
  }

  test('returns every entry as it was appended', async () => {
    write();
    assert.deepEqual(await readRecord(directory), entries);
  });

  test('holds an entry on the disk as soon as append returns', async () => {
    const record = new RecordWriter(directory);
    for (const [index, entry] of entries.entries()) {
      record.append(entry);
      assert.equal((await readRecord(directory)).length, index + 1);
    }
    record.close();
  });

  test('leaves out a torn last line, torn at any place', async () => {
    const whole = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    const lastLine = whole.lastIndexOf('\n', whole.length - 2) + 1;
    for (const end of [lastLine, lastLine + 1, whole.length - 2, whole.length - 1]) {
      await writeText(whole.slice(0, end));
      assert.deepEqual(await readRecord(directory), entries.slice(0, -1), `cut at ${end - lastLine} of the last line`);
    }
  });

  test('is never overwritten', async () => {
    write();
    const before = await readFile(file);
    assert.throws(() => new RecordWriter(directory), notWritable);
    assert.deepEqual(await readFile(file), before);
  });

  test('is refused on opening when its folder cannot be created', async () => {
    const blocked = `${directory}-file`;
    await writeFile(blocked, '');
    assert.throws(() => new RecordWriter(join(blocked, 'run')), notWritable);
  });
});

function notWritable(error: unknown): boolean {
  assert.ok(error instanceof BenchError);
  assert.equal(error.code, 'RESULTS_NOT_WRITABLE');
  assert.match(error.message, /^results cannot be written to .*: choose another folder with --results$/);
  assert.equal(error.message.split('\n').length, 1);
  return true;
}
