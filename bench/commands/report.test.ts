import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { BenchError, Interrupted } from '../errors.ts';
import { publishMeasured } from '../publish/publish.ts';
import type { Entry } from '../record/record.ts';
import { contenderEntries } from '../testing/contender-entries.ts';
import { rawRecord, textOf } from '../testing/raw-record.ts';
import { runBench } from '../testing/run-bench.ts';
import { endEntry, runEntry, verdictOf } from '../testing/runs.ts';
import { type ReportOptions, report } from './report.ts';

/** A run with one contender, whose charts are quick to draw. */
function entriesOf(node: string): Entry[] {
  const stop = verdictOf('CPU saturated');
  const run = runEntry({ contenders: 'async' });
  return [
    { ...run, environment: { ...run.environment, node } },
    ...contenderEntries('async', { connected: [[1_000], stop], sending: [[10], stop] }),
    endEntry(),
  ];
}

const signal = new AbortController().signal;
const optionsOf = (folders: string[], more: Partial<ReportOptions> = {}): ReportOptions => ({
  folders,
  output: undefined,
  resultsDirectory: join(folders[0] ?? '', '..'),
  signal,
  ...more,
});
const filesIn = (folder: string) => readdirSync(folder, { recursive: true }).map(String).toSorted();

describe('the published files of a run', () => {
  test('are written beside its record, and replace older ones', async () => {
    using run = rawRecord(textOf(entriesOf('26.10.0')));
    const charts = join(run.directory, 'charts');
    mkdirSync(charts);
    writeFileSync(join(charts, 'timeline-blocking.svg'), '<svg/>');
    writeFileSync(join(charts, 'notes.txt'), "the user's own");
    writeFileSync(join(run.directory, 'table.md'), 'old');
    assert.equal(await report(optionsOf([run.directory])), run.directory);
    const files = filesIn(run.directory);
    assert.deepEqual(
      files.filter((file) => !file.startsWith('charts')),
      [
        ...['latency-async.hgrm', 'post.md', 'record.jsonl', 'report.html', 'summary.json'],
        ...['table.csv', 'table.html', 'table.md'],
      ],
    );
    assert.ok(files.includes('charts/max-clients.svg') && files.includes('charts/max-clients-dark.png'));
    assert.ok(files.includes('charts/notes.txt') && !files.includes('charts/timeline-blocking.svg'));
    assert.match(readFileSync(join(run.directory, 'table.md'), 'utf8'), /Max clients connected/);
    // Every picture that the post shows exists.
    const shown = [...readFileSync(join(run.directory, 'post.md'), 'utf8').matchAll(/\]\((charts\/[^)]+)\)/g)];
    assert.ok(shown.length > 0);
    for (const [, picture = ''] of shown) assert.ok(existsSync(join(run.directory, picture)), picture);
  });

  test('are written to another folder on request, but not beside the record of another run', async () => {
    using run = rawRecord(textOf(entriesOf('26.10.0')));
    using other = rawRecord(textOf(entriesOf('26.10.0')));
    await assert.rejects(
      report(optionsOf([run.directory], { output: other.directory })),
      (error) =>
        error instanceof BenchError && error.code === 'BAD_OPTION' && /is the folder of a run/.test(error.message),
    );
    assert.deepEqual(filesIn(other.directory), ['record.jsonl']);
    await assert.rejects(
      report(optionsOf([run.directory], { output: '' })),
      (error) => error instanceof BenchError && error.code === 'BAD_OPTION',
    );
    const output = join(run.directory, '..', 'elsewhere', 'deeper');
    assert.equal(await report(optionsOf([run.directory], { output })), output);
    assert.ok(existsSync(join(output, 'report.html')));
    assert.deepEqual(filesIn(run.directory), ['record.jsonl']);
  });

  test('are not written after an interruption', async () => {
    using run = rawRecord(textOf(entriesOf('26.10.0')));
    const stopped = AbortSignal.abort();
    await assert.rejects(report(optionsOf([run.directory], { signal: stopped })), Interrupted);
    assert.deepEqual(filesIn(run.directory), ['record.jsonl']);
  });

  test('cause one error sentence when the folder cannot be written to', async () => {
    using run = rawRecord(textOf(entriesOf('26.10.0')));
    const output = join(run.file, 'below-a-file');
    await assert.rejects(
      report(optionsOf([run.directory], { output })),
      (error) =>
        error instanceof BenchError &&
        error.code === 'RESULTS_NOT_WRITABLE' &&
        / --output <folder>$/.test(error.message),
    );
  });
});

test('a failure to publish at the end of a run still warns where the record is', async () => {
  using run = rawRecord(textOf(entriesOf('26.10.0')));
  writeFileSync(join(run.directory, 'charts'), 'no folder');
  const warnings: string[] = [];
  await assert.rejects(
    publishMeasured(run.directory, { warn: (text) => warnings.push(text) }),
    (error) => error instanceof BenchError && error.code === 'RESULTS_NOT_WRITABLE',
  );
  assert.deepEqual(warnings, [
    `the measurements are safe in ${run.directory}: publish them again with npm run bench:report -- ${run.directory}`,
  ]);
  // Files that could be written exist.
  assert.ok(existsSync(join(run.directory, 'table.md')));
});

describe('several runs side by side', () => {
  test('get one folder, the same each time, and a column each, named by what differs', async () => {
    using first = rawRecord(textOf(entriesOf('26.10.0')));
    using second = rawRecord(textOf(entriesOf('24.1.0')));
    const options = optionsOf([first.directory, second.directory]);
    const folder = await report(options);
    assert.match(folder, /\/merged-[0-9a-f]{8}$/);
    const [head = ''] = readFileSync(join(folder, 'table.md'), 'utf8').split('\n');
    assert.match(head, /\| +Node 26\.10\.0 +\| +Node 24\.1\.0 +\|/);
    assert.match(readFileSync(join(folder, 'charts', 'max-clients.svg'), 'utf8'), /Node 24\.1\.0/);
    const files = filesIn(folder);
    assert.ok(!files.includes('summary.json'), 'a summary belongs to one run');
    assert.equal(await report(options), folder);
    assert.deepEqual(filesIn(folder), files);
  });

  test('are refused when one is named twice', async () => {
    using run = rawRecord(textOf(entriesOf('26.10.0')));
    await assert.rejects(
      report(optionsOf([run.directory, `${run.directory}/../run`])),
      (error) => error instanceof BenchError && error.code === 'BAD_OPTION' && /is named twice/.test(error.message),
    );
  });
});

describe('bench report', () => {
  test('refuses an unreadable record with one sentence and exit code 1, and writes nothing', async () => {
    using run = rawRecord(`${textOf(entriesOf('26.10.0'))}{"type":"warn`.replace('"complete"', '"completed"'));
    const { exitCode, stdout, stderr } = await runBench('report', run.directory);
    assert.deepEqual([exitCode, stdout, stderr.length], [1, [], 1], stderr.join('\n'));
    assert.match(stderr.join(), /record\.jsonl, line \d+, .*: take the record from a copy, or measure again$/);
    assert.deepEqual(filesIn(run.directory), ['record.jsonl']);
  });

  test('needs at least one run', async () => {
    const { exitCode, stderr } = await runBench('report');
    assert.deepEqual([exitCode, stderr], [2, ["missing required argument 'runs'"]]);
  });
});
