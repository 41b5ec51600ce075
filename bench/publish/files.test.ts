import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { BenchError } from '../errors.ts';
import { chartsOf } from '../report/charts/all.ts';
import { rawRecord } from '../testing/raw-record.ts';
import { removeStale, writeFiles } from './files.ts';
import { readRun } from './publish.ts';
import { histogramsOf } from './texts.ts';

const everything = join(import.meta.dirname, '..', '..', 'results', 'emulated-pi');
const filesIn = (folder: string) => readdirSync(folder, { recursive: true }).map(String).toSorted();

test('concurrent writes of one file all succeed, and leave one whole file', async () => {
  using folder = rawRecord();
  const contents = ['x', 'y', 'z'].map((letter) => letter.repeat(100_000));
  await Promise.all(contents.map((content) => writeFiles(folder.directory, new Map([['table.md', content]]))));
  assert.ok(contents.includes(readFileSync(join(folder.directory, 'table.md'), 'utf8')));
  assert.deepEqual(filesIn(folder.directory), ['table.md']);
});

describe('removing stale files', () => {
  test('removes every kind of published chart, and keeps the user’s own files', async () => {
    const { run, entries } = await readRun(everything);
    const pictures = chartsOf([run]).flatMap(({ name }) =>
      ['.svg', '.png', '-dark.svg', '-dark.png'].map((end): [string, string] => [`charts/${name}${end}`, '']),
    );
    assert.ok(pictures.length >= 24, 'the run has one chart of each kind');
    using folder = rawRecord();
    const { directory } = folder;
    await writeFiles(directory, new Map([['summary.json', ''], ...histogramsOf(entries), ...pictures]));
    await writeFiles(
      directory,
      new Map([...['charts/mine.svg', 'charts/notes.txt', 'mine.hgrm'].map((name) => [name, ''] as const)]),
    );
    await removeStale(directory, new Map([['charts/build.svg', '']]));
    assert.deepEqual(filesIn(directory), [
      'charts',
      'charts/build.svg',
      'charts/mine.svg',
      'charts/notes.txt',
      'mine.hgrm',
    ]);
  });

  test('fails with RESULTS_NOT_WRITABLE in one sentence', async () => {
    using folder = rawRecord();
    mkdirSync(join(folder.directory, 'charts', 'build.svg', 'something'), { recursive: true });
    await assert.rejects(
      removeStale(folder.directory, new Map([['table.md', '']])),
      (error) => error instanceof BenchError && error.code === 'RESULTS_NOT_WRITABLE' && !error.message.includes('\n'),
    );
  });
});
