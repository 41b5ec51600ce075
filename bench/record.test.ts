import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { BenchError } from './errors.ts';
import { type Entry, schemaVersion } from './record.ts';
import { RecordWriter, readRecord, recordFileName } from './record-file.ts';
import { oldestVersion } from './record-upgrade.ts';
import { contenderEntries } from './testing/contender-entries.ts';
import { endEntry, runEntry, verdictOf } from './testing/runs.ts';
import { machine, roomyLimits } from './testing/samples.ts';

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

  async function refused(): Promise<string> {
    const error = await readRecord(directory).catch((caught: unknown) => caught);
    assert.ok(error instanceof BenchError, String(error));
    assert.equal(error.code, 'RECORD_UNREADABLE');
    assert.equal(error.message.split('\n').length, 1, error.message);
    assert.ok(error.message.includes(file), error.message);
    return error.message;
  }

  test('gives back every entry as it was appended', async () => {
    write();
    assert.deepEqual(await readRecord(directory), entries);
  });

  test('has an entry on the disk as soon as append has returned', async () => {
    const record = new RecordWriter(directory);
    for (const [index, entry] of entries.entries()) {
      record.append(entry);
      assert.equal((await readRecord(directory)).length, index + 1);
    }
    record.close();
  });

  test('leaves out a last line that was torn, wherever it was torn', async () => {
    write();
    const whole = await readFile(file, 'utf8');
    const lastLine = whole.lastIndexOf('\n', whole.length - 2) + 1;
    for (const end of [lastLine, lastLine + 1, whole.length - 2, whole.length - 1]) {
      await writeFile(file, whole.slice(0, end));
      assert.deepEqual(await readRecord(directory), entries.slice(0, -1), `cut at ${end - lastLine} of the last line`);
    }
  });

  test('is not read over damage in the middle', async () => {
    for (const damage of [
      '{"type":"mark","trial":',
      '',
      'null',
      '{"type":"nonsense"}',
      '{"type":"warning"}',
      '\0\0\0',
    ]) {
      const lines = entries.map((entry) => JSON.stringify(entry));
      lines[2] = damage;
      await rm(directory, { recursive: true, force: true });
      write([]);
      await appendFile(file, `${lines.join('\n')}\n`);
      assert.match(await refused(), /, line 3, /);
    }
  });

  for (const other of [oldestVersion - 1, schemaVersion + 1]) {
    test(`of version ${other} is refused by that reason`, async () => {
      write([]);
      await appendFile(file, `${JSON.stringify({ ...runEntry(), schemaVersion: other, config: 'of another kind' })}\n`);
      assert.match(
        await refused(),
        new RegExp(`, line 1, .*version ${other}, .*versions ${oldestVersion} to ${schemaVersion}`),
      );
    });
  }

  test('that is empty, or of which not even the first line is whole, is refused', async () => {
    write([]);
    assert.match(await refused(), /, line 1, /);
    await writeFile(file, `{"type":"run","schemaVersion":${schemaVersion}`);
    assert.match(await refused(), /, line 1, /);
  });

  test('that does not begin with its run is refused', async () => {
    write(entries.slice(1));
    assert.match(await refused(), /, line 1, /);
  });

  test('that is not there is refused, and the sentence says what to name', async () => {
    assert.match(await refused(), /cannot be read .*: name the folder of a run$/);
  });

  test('is never written over', async () => {
    write();
    const before = await readFile(file);
    assert.throws(() => new RecordWriter(directory), notWritable);
    assert.deepEqual(await readFile(file), before);
  });

  test('in a folder that cannot be made is refused when it is opened', async () => {
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
