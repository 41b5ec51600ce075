import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Overrides } from '../../plan/resolve-config.ts';
import type { Entry } from '../../record/record.ts';
import { RecordWriter } from '../../record/writer.ts';
import { contenderEntries } from '../../testing/contender-entries.ts';
import { runBench } from '../../testing/run-bench.ts';
import { endEntry, runEntry, verdictOf } from '../../testing/runs.ts';

/** A run with four trials per contender, which held `clients` and a few more clients. */
function entriesOf(clients: number, overrides: Overrides = {}): Entry[] {
  const trials = [1, 2, 3, 4].flatMap((number) =>
    (['blocking', 'async'] as const).flatMap((contender) =>
      contenderEntries(contender, {
        connected: [[clients + number], verdictOf('CPU saturated')],
        sending: [[10], verdictOf('CPU saturated')],
        number,
      }),
    ),
  );
  return [runEntry({ trials: '4', bracket: '0.01', ...overrides }), ...trials, endEntry()];
}

/** Runs the command on complete records. */
describe('bench diff', { concurrency: 2 }, () => {
  let folder: string;
  const folderOf = (name: string) => join(folder, name);
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
    const runs = { before: entriesOf(1_000), after: entriesOf(2_000), other: entriesOf(1_000, { intervalMs: '500' }) };
    for (const [name, entries] of Object.entries(runs)) {
      const record = new RecordWriter(folderOf(name));
      for (const entry of entries) record.append(entry);
      record.close();
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));
  const diff = (...words: string[]) => runBench('diff', ...words);

  test('shows two runs side by side with a verdict per row, and that nothing else differs', async () => {
    const { exitCode, stdout, stderr } = await diff(folderOf('before'), folderOf('after'));
    assert.deepEqual([exitCode, stderr], [0, []]);
    const rows = stdout.filter((line) => line.startsWith('│ Max clients connected'));
    assert.equal(rows.length, 2, 'one per contender');
    for (const row of rows) assert.match(row, /│ 1,003 ± 2, not.*│ 2,003 ± 2, not.*│ second 2×/);
    assert.ok(stdout.some((line) => /│ Memory at 10 clients.*│ 60 MB.*│ 60 MB.*│ no practical/.test(line)));
    assert.ok(stdout.includes('The two runs differ in nothing else: same machines, software and plan.'));
    for (const line of stdout) assert.ok(line.length <= 100, line);
  });

  test('lists other differences of two runs', async () => {
    const { exitCode, stdout } = await diff(folderOf('before'), folderOf('other'));
    assert.equal(exitCode, 0);
    assert.ok(stdout.includes('- config.intervalMilliseconds: 250, then 500'), stdout.join('\n'));
  });

  test('ends with 1 and gives a reason for every crossed threshold, and for no other', async () => {
    const thresholds = [
      'async.maxClientsConnected > 1.5x',
      'blocking.memory.rssBytes > 50000000',
      'async.memory.rssBytesPerClient > 10%',
    ];
    const words = thresholds.flatMap((threshold) => ['--fail-if', threshold]);
    const { exitCode, stdout, stderr } = await diff(folderOf('before'), folderOf('after'), ...words);
    assert.deepEqual([exitCode, stderr], [1, []]);
    const failed = stdout.filter((line) => line.startsWith('FAILED '));
    assert.equal(failed.length, 2, failed.join('\n'));
    assert.match(failed[0] ?? '', /^FAILED async\.maxClientsConnected > 1\.5x: it is 1\.99\d \(/);
    assert.equal(failed[1], 'FAILED blocking.memory.rssBytes > 50000000: it is 60000000 (60000000–60000000)');
    assert.equal((await diff(folderOf('before'), folderOf('after'), ...words.slice(4))).exitCode, 0);
  });

  const refused: [words: () => string[], exitCode: number, sentence: RegExp][] = [
    [() => [folderOf('before'), folderOf('nowhere')], 1, /nowhere is not there: name the folder of a run$/],
    [() => [folderOf('before')], 2, /missing required argument 'second'/],
    [
      () => [folderOf('before'), folderOf('after'), '--fail-if', 'async.rss'],
      2,
      /^--fail-if "async\.rss" cannot be read: /,
    ],
  ];
  for (const [words, code, sentence] of refused) {
    test(`refuses a comparison with one sentence: ${sentence.source}`, async () => {
      const { exitCode, stdout, stderr } = await diff(...words());
      assert.deepEqual([exitCode, stdout], [code, []]);
      assert.equal(stderr.length, 1, stderr.join('\n'));
      assert.match(stderr[0] ?? '', sentence);
    });
  }
});
