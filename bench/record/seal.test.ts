import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { rawRecord, textOf } from '../testing/raw-record.ts';
import { endEntry, runEntry } from '../testing/runs.ts';
import { readAllEntries, readRecord } from './file.ts';
import type { Entry } from './record.ts';
import { sealOf } from './seal.ts';
import { RecordWriter } from './writer.ts';

const begun: Entry[] = [runEntry(), { type: 'warning', message: 'µ 🙂' }];
const resumed: Entry = { type: 'resume', resumedAt: '2026-11-20T10:50:00.000Z', pid: 1, abandoned: [] };

function write(record: RecordWriter, entries: readonly Entry[]): void {
  for (const entry of entries) record.append(entry);
}

function assertSealed(directory: string): void {
  const { status, stderr } = spawnSync('sha256sum', ['-c', 'record.jsonl.sha256'], { cwd: directory });
  assert.equal(status, 0, String(stderr));
  assert.deepEqual(readdirSync(directory).toSorted(), ['record.jsonl', 'record.jsonl.sha256']);
}

describe('the seal of a record', () => {
  test('is written when the record is closed, in the format of sha256sum', async () => {
    using raw = rawRecord();
    const record = new RecordWriter(raw.directory);
    write(record, begun);
    assert.ok(!existsSync(sealOf(raw.file)));
    record.close();
    assertSealed(raw.directory);
    assert.deepEqual(await readRecord(raw.directory), begun);
  });

  test('is removed when the run is resumed, and then covers the whole record', async () => {
    using raw = rawRecord();
    const first = new RecordWriter(raw.directory);
    write(first, [...begun, endEntry('interrupted')]);
    first.close();
    const second = new RecordWriter(raw.directory, 'resume');
    assert.deepEqual(readdirSync(raw.directory), ['record.jsonl']);
    write(second, [resumed]);
    assert.equal((await readAllEntries(raw.directory)).length, 4, 'a running run is read without a seal');
    write(second, [endEntry()]);
    second.close();
    assertSealed(raw.directory);
    assert.equal((await readAllEntries(raw.directory)).length, 5);
  });

  test('covers the record of a killed run without its torn line after the run is resumed', async () => {
    using raw = rawRecord(textOf(begun));
    appendFileSync(raw.file, '{"type":"warning","mess');
    assert.deepEqual(await readRecord(raw.directory), begun);
    const record = new RecordWriter(raw.directory, 'resume');
    write(record, [resumed, endEntry()]);
    record.close();
    assertSealed(raw.directory);
    assert.deepEqual(await readAllEntries(raw.directory), [...begun, resumed, endEntry()]);
  });

  test('that cannot be written is reported as RESULTS_NOT_WRITABLE, and leaves no partial file', () => {
    using raw = rawRecord();
    const record = new RecordWriter(raw.directory);
    write(record, begun);
    // A file cannot replace a folder that is not empty.
    mkdirSync(join(sealOf(raw.file), 'x'), { recursive: true });
    record.close();
    assert.equal(record.broken.reason?.code, 'RESULTS_NOT_WRITABLE');
    assert.deepEqual(readdirSync(raw.directory).toSorted(), ['record.jsonl', 'record.jsonl.sha256']);
  });

  test('is not written for a record that could not be written', () => {
    using raw = rawRecord();
    const record = new RecordWriter(raw.directory);
    write(record, begun);
    // A circular entry fails in `append` like a failed write.
    const circle: Entry = { type: 'warning', message: 'x' };
    Reflect.set(circle, 'message', circle);
    record.append(circle);
    assert.ok(record.broken.aborted);
    record.close();
    assert.deepEqual(readdirSync(raw.directory), ['record.jsonl']);
  });

  test('stays right after further appends to a closed record, and a second close', async () => {
    using raw = rawRecord();
    const record = new RecordWriter(raw.directory);
    write(record, begun);
    record.close();
    write(record, [endEntry()]);
    record.close();
    assert.ok(!record.broken.aborted);
    assert.deepEqual(await readRecord(raw.directory), begun);
  });

  for (const name of ['reference', 'reference-searches', 'reference-large', 'emulated-pi']) {
    test(`matches the record in ${name}`, () => {
      const cwd = join(import.meta.dirname, '..', '..', 'results', name);
      assert.equal(spawnSync('sha256sum', ['-c', 'record.jsonl.sha256'], { cwd }).status, 0);
    });
  }
});
