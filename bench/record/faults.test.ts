import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { deflateSync, inflateSync } from 'node:zlib';
import { BenchError } from '../errors.ts';
import { contenderEntries } from '../testing/contender-entries.ts';
import { type RawRecord, rawRecord, textOf } from '../testing/raw-record.ts';
import { runBench } from '../testing/run-bench.ts';
import { endEntry, runEntry, verdictOf } from '../testing/runs.ts';
import { agentSample, fleetWindow } from '../testing/samples.ts';
import { readRecord } from './file.ts';
import { schemaVersion } from './record.ts';
import { oldestVersion } from './upgrade.ts';

const run = runEntry();
const entries = [
  run,
  ...contenderEntries('async', {
    connected: [[10], verdictOf('CPU saturated')],
    sending: [[10], verdictOf('CPU saturated')],
  }),
  endEntry(),
];
const lines = entries.map((entry) => JSON.stringify(entry));
/** A record with this in place of its third line. */
const with3 = (line: string) => `${lines.toSpliced(2, 1, line).join('\n')}\n`;
const server = (line: object) => JSON.stringify({ type: 'server', trial: 'memory-1-async', line });
const fleet = { type: 'fleet', trial: 'memory-1-async', process: 0, line: fleetWindow({ closeCodes: { 'a\nb': 1 } }) };
const another = 'name the folder of another run';
const use = `and this suite reads versions ${oldestVersion} to ${schemaVersion}: use the release that wrote it`;
const copy = ': take the record from a copy, or measure again';
const notRun = `, line 1, does not begin a run, so there is nothing to read: ${another}`;
const damaged3 = (what: string) => `, line 3, is damaged (${what})${copy}`;

const table: [title: string, content: string | Uint8Array, sentence: string][] = [
  ['nothing', '', ` is empty: ${another}`],
  ['white space', ' \n\t\r\n ', ` holds nothing but white space: ${another}`],
  ['a torn line', '{"type":"run","schemaV', ` ends within its first line, so the run had measured nothing: ${another}`],
  ['the beginning of one', '{"ty', ` ends within its first line, so the run had measured nothing: ${another}`],
  ['bytes of anything', Buffer.from('7f454c460201010000000a00ff00', 'hex'), notRun],
  ['bytes without a line', Buffer.from('7f454c4602010100', 'hex'), notRun],
  ['lines of something else', '{"name":"x"}\n{"name":"y"}\n', notRun],
  ['JSON that is no object', '[1]\n', notRun],
  ['no run', textOf(entries.slice(1)), notRun],
  ['an empty first line', `\n${lines.join('\n')}\n`, notRun],
  ['version 1', textOf([{ ...run, schemaVersion: 1, config: 'x' }]), `, line 1, is of version 1, ${use}`],
  ['a future version', textOf([{ ...run, schemaVersion: 4, config: 'x' }]), `, line 1, is of version 4, ${use}`],
  [
    'one whose lines are no lines',
    Buffer.from(`{"type":"run","schemaVersion":99}\n\xff\n`, 'latin1'),
    `, line 1, is of version 99, ${use}`,
  ],
  [
    'no version',
    textOf([{ ...run, schemaVersion: undefined }]),
    `, line 1, is damaged (schemaVersion is missing)${copy}`,
  ],
  [
    'a version in words',
    textOf([{ ...run, schemaVersion: 'three' }]),
    `, line 1, is damaged (schemaVersion is "three", which is not allowed)${copy}`,
  ],
  [
    'a line that is not UTF-8',
    Buffer.from(with3('{"type":"warning","message":"\xe9"}'), 'latin1'),
    damaged3('it is not text in UTF-8'),
  ],
  ['an empty line', with3(''), damaged3('it is empty')],
  ['a cut line', with3('{"type":"mark","trial":'), damaged3('it is not JSON')],
  ['zeros, as a crash leaves them', with3('\0\0\0'), damaged3('it is not JSON')],
  ['NaN', with3('{"type":"build","bundleMilliseconds":NaN}'), damaged3('it is not JSON, which has no NaN')],
  ['Infinity', with3('{"type":"build","of":[1, -Infinity]}'), damaged3('it is not JSON, which has no Infinity')],
  [
    'a number beyond all',
    with3('{"type":"build","contender":"async","typeCheckMilliseconds":1e999}'),
    damaged3('typeCheckMilliseconds: expected number, received Infinity'),
  ],
  ['null', with3('null'), damaged3('expected object, received null')],
  ['a list', with3('[]'), damaged3('expected object, received array')],
  ['no type', with3('{}'), damaged3('type is missing')],
  ['an unknown type', with3('{"type":"nonsense"}'), damaged3('type is "nonsense", which is not allowed')],
  ['a field that is missing', with3('{"type":"warning"}'), damaged3('message is missing')],
  [
    'a wrong type deep inside',
    with3(server(agentSample(1)).replace(/(?<="rssBytes":)\d+/, '"7"')),
    damaged3('line.process.rssBytes: expected number, received string'),
  ],
  [
    'an unknown line of an agent',
    with3(server({ type: 'x\n\u001b[31m' })),
    damaged3('line.type is "x\\n\\u001b[31m", which is not allowed'),
  ],
  [
    'a wrong form of a calibration',
    with3('{"type":"calibration","fleet":{"absent":1},"stall":{"absent":"x"}}'),
    damaged3('fleet.absent: expected string, received number'),
  ],
  [
    'a name that is a paragraph',
    with3(textOf([fleet]).replace('"a\\nb":1', '"a\\nb":"x"').trim()),
    damaged3('line.closeCodes."a\\nb": expected number, received string'),
  ],
  [
    'a very long line',
    with3(`{"type":"warning","message":"${'x'.repeat(9_000_000)}"}`),
    damaged3('it has 9 million characters'),
  ],
  [
    'a line where it cannot be',
    with3('{"type":"mark","trial":"a","name":"idle","monotonicMilliseconds":1}'),
    `, line 3, cannot be right (no line before it begins a)${copy}`,
  ],
  [
    'one with a name in two lines',
    with3('{"type":"mark","trial":"a\\n\\u001b[31mb","name":"idle","monotonicMilliseconds":1}'),
    `, line 3, cannot be right (no line before it begins a [31mb)${copy}`,
  ],
];

async function refusalOf(directory: string): Promise<string> {
  const before = readdirSync(join(directory, '..'), { recursive: true });
  const error = await readRecord(directory).then(
    () => assert.fail('it was read'),
    (caught: unknown) => caught,
  );
  assert.ok(error instanceof BenchError, String(error));
  assert.equal(error.code, 'RECORD_UNREADABLE');
  assert.deepEqual(readdirSync(join(directory, '..'), { recursive: true }), before, 'nothing is written');
  return error.message;
}

/** Any content in the compressed form in which a fleet process sends a histogram. */
function compressedHistogram(content: Buffer): string {
  const compressed = deflateSync(content);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(0x1c849314, 0);
  header.writeUInt32BE(compressed.length, 4);
  return Buffer.concat([header, compressed]).toString('base64');
}

describe('a record is refused with one sentence', () => {
  for (const [title, content, sentence] of table) {
    test(`that holds ${title}`, async () => {
      using record = rawRecord(content);
      assert.equal(await refusalOf(record.directory), `${record.file}${sentence}`);
    });
  }

  test('that has an impossible line in a version that has more than one entry in a line', async () => {
    const { seed: _, ...config } = run.config;
    const bundle = { type: 'bundle', contender: 'async', bytes: 1, gzipBytes: 1, brotliBytes: 1, executableBytes: 9 };
    const older = { ...run, schemaVersion: 2, config: { ...config, fleet: { ...config.fleet, seed: 1 } } };
    using record = rawRecord(textOf([older, bundle, endEntry(), endEntry()]));
    assert.match(await refusalOf(record.directory), /, line 4, cannot be right \(it comes after the end of the run\)/);
  });

  test('that has a histogram which cannot be opened', async () => {
    const histogram = fleetWindow().correctedMicroseconds;
    const cut = compressedHistogram(inflateSync(Buffer.from(histogram, 'base64').subarray(8)).subarray(0, -1));
    const other = compressedHistogram(Buffer.alloc(50));
    for (const changed of [histogram.slice(0, -9), 'x', '', histogram.replace(/.{6}$/, 'AAAAAA'), cut, other]) {
      const line = fleetWindow({ correctedMicroseconds: changed });
      const text = entries.map((entry) => (entry.type === 'fleet' ? { ...entry, line } : entry));
      using record = rawRecord(textOf(text));
      const number = entries.findIndex(({ type }) => type === 'fleet') + 1;
      assert.equal(
        await refusalOf(record.directory),
        `${record.file}, line ${number}, cannot be right (its histogram line.correctedMicroseconds cannot be opened)${copy}`,
      );
    }
  });

  const places: [title: string, make: (record: RawRecord) => string, sentence: (record: RawRecord) => string][] = [
    [
      'that is not there',
      ({ directory }) => `${directory}-x`,
      ({ directory }) => `${directory}-x is not there: name the folder of a run`,
    ],
    [
      'whose folder has none',
      ({ directory }) => directory,
      ({ directory }) => `${directory} holds no record.jsonl: name the folder of a run`,
    ],
    [
      'that is named itself',
      (record) => {
        record.write('x');
        return record.file;
      },
      ({ file }) => `${file} is a file: name the folder that it lies in`,
    ],
    [
      'in place of whose folder a file is named',
      ({ directory }) => {
        writeFileSync(join(directory, 'table.md'), '');
        return join(directory, 'table.md');
      },
      ({ directory }) => `${join(directory, 'table.md')} is a file: name the folder of a run`,
    ],
    [
      'that is a folder',
      ({ directory, file }) => {
        mkdirSync(file);
        return directory;
      },
      ({ file }) => `${file} is not a file: name the folder of a run`,
    ],
  ];
  for (const [title, make, sentence] of places) {
    test(title, async () => {
      using record = rawRecord();
      assert.equal(await refusalOf(make(record)), sentence(record));
    });
  }
});

describe('the command line refuses a record with one sentence, and exit code 1', {
  concurrency: 2,
}, () => {
  const cases: [title: string, content: string | undefined][] = [
    ['that is not there', undefined],
    ['of a future version', textOf([{ ...run, schemaVersion: 4 }])],
    ['that is damaged', with3('{"type":"warning"}')],
  ];
  for (const [title, content] of cases) {
    test(title, async () => {
      using record = rawRecord(content);
      const { exitCode, stdout, stderr } = await runBench('diff', record.directory, record.directory);
      assert.deepEqual([exitCode, stdout], [1, []]);
      assert.deepEqual(stderr, [await refusalOf(record.directory)]);
    });
  }
});
