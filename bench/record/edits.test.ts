import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { BenchError } from '../errors.ts';
import { summarize } from '../summary/summary.ts';
import { contenderEntries } from '../testing/contender-entries.ts';
import { type RawRecord, rawRecord } from '../testing/raw-record.ts';
import { endEntry, runEntry, verdictOf } from '../testing/runs.ts';
import { readRecord } from './file.ts';
import { sealOf } from './seal.ts';
import { RecordWriter } from './writer.ts';

const entries = [
  runEntry(),
  ...contenderEntries('async', {
    connected: [[10], verdictOf('CPU saturated')],
    sending: [[10], verdictOf('CPU saturated')],
  }),
  endEntry(),
];

/** @returns why the record cannot be read; undefined when it can. */
async function refusalOf(directory: string): Promise<string | undefined> {
  const error = await readRecord(directory)
    .then(summarize)
    .then(
      () => undefined,
      (caught: unknown) => caught,
    );
  if (error === undefined) return undefined;
  assert.ok(error instanceof BenchError, error instanceof Error ? `${error.stack}` : String(error));
  assert.equal(error.code, 'RECORD_UNREADABLE');
  assert.equal(error.message.split('\n').length, 1);
  return error.message;
}

describe('a sealed record', () => {
  let record: RawRecord;
  let sealed: Buffer;
  let lines: string[];
  beforeEach(() => {
    record = rawRecord();
    const writer = new RecordWriter(join(record.directory, 'sealed'));
    for (const entry of entries) writer.append(entry);
    writer.close();
    const file = join(writer.directory, 'record.jsonl');
    sealed = readFileSync(file);
    lines = sealed.toString().split('\n').slice(0, -1);
    writeFileSync(sealOf(record.file), readFileSync(sealOf(file)));
    record.write(sealed);
  });
  afterEach(() => record[Symbol.dispose]());

  async function assertRefused(content: string | Uint8Array): Promise<void> {
    record.write(content);
    assert.notEqual(await refusalOf(record.directory), undefined);
  }

  test('is read when it is unchanged', async () => assert.equal(await refusalOf(record.directory), undefined));

  test('is refused with any byte changed', async () => {
    const property = fc.asyncProperty(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) =>
      assertRefused(sealed.with(at, ((sealed[at] ?? 0) + by) % 256)),
    );
    await fc.assert(property, { numRuns: 200 });
  });

  test('is refused with any line removed, and cut at any place', async () => {
    for (const at of lines.keys()) await assertRefused(`${lines.toSpliced(at, 1).join('\n')}\n`);
    const property = fc.asyncProperty(fc.nat(sealed.length - 1), (at) => assertRefused(sealed.subarray(0, at)));
    await fc.assert(property, { numRuns: 50 });
  });

  test('is refused with any two lines swapped', async () => {
    const place = fc.nat(lines.length - 1);
    const property = fc.asyncProperty(place, place, async (one, other) => {
      const [first = '', second = ''] = [lines[one], lines[other]];
      if (first === second) return;
      await assertRefused(`${lines.with(one, second).with(other, first).join('\n')}\n`);
    });
    await fc.assert(property, { numRuns: 100 });
  });

  test('is refused with the fault in a line rather than in the seal', async () => {
    record.write(`${lines.with(4, '{"type":"warning"}').join('\n')}\n`);
    assert.match((await refusalOf(record.directory)) ?? '', /, line 5, is damaged \(message is missing\): /);
    record.write(`${[...lines, ...lines.slice(-1)].join('\n')}\n`);
    assert.match((await refusalOf(record.directory)) ?? '', /, line \d+, cannot be right \(it comes after the end/);
    record.write(`${lines.toSpliced(-1, 0, '{"type":"warning","message":"x"}').join('\n')}\n`);
    assert.equal(
      await refusalOf(record.directory),
      `${record.file} is not as the run left it (its SHA-256 is not the one in record.jsonl.sha256): take the record from a copy, or measure again`,
    );
  });

  for (const damage of ['', 'x', `${'0'.repeat(63)}  record.jsonl\n`, `${'0'.repeat(64)}  results/record.jsonl\n`]) {
    test(`is refused with the seal ${JSON.stringify(damage)}`, async () => {
      writeFileSync(sealOf(record.file), damage);
      assert.equal(
        await refusalOf(record.directory),
        `${record.file}.sha256 is not what sha256sum writes of record.jsonl: take it from a copy, or remove it to have the record read unchecked`,
      );
    });
  }
});

test('a record with any value replaced is either summarized or refused with one sentence', async () => {
  using record = rawRecord();
  const lines = entries.map((entry) => JSON.stringify(entry));
  const values = fc.oneof(
    fc.constantFrom(null, 0, -1, 1e300, '', 'x', [], {}, true),
    fc.double({ noNaN: true }),
    fc.string(),
  );
  const property = fc.asyncProperty(fc.nat(lines.length - 1), fc.nat(), values, async (line, place, value) => {
    record.write(`${lines.with(line, withValue(lines[line] ?? '', place, value)).join('\n')}\n`);
    await refusalOf(record.directory);
  });
  await fc.assert(property, { numRuns: 300 });
});

/** Replaces the value with this number, modulo the number of values. */
function withValue(line: string, place: number, value: unknown): string {
  let values = 0;
  JSON.parse(line, () => {
    values += 1;
  });
  let at = -1;
  return JSON.stringify(
    JSON.parse(line, (_, old: unknown) => {
      at += 1;
      return at === place % values ? value : old;
    }),
  );
}
