import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Overrides } from '../plan/resolve-config.ts';
import { summarizedRun } from '../testing/summarized.ts';
import type { SummarizedRun } from './measured-run.ts';
import { type ReportTable, tableOf } from './table.ts';

const four: Overrides = { trials: '4', bracket: '0.01' };
const before = summarizedRun('before', four);
const after = summarizedRun('after', four);

function rowOf({ rows }: ReportTable, label: string): string[] | undefined {
  return rows.find((row) => row.label === label)?.cells.map(({ text }) => text);
}
const labelsOf = (runs: readonly SummarizedRun[], pattern: RegExp) =>
  tableOf(runs).rows.flatMap(({ label }) => (pattern.test(label) ? [label] : []));

describe('the table of one run', () => {
  test('has a column per contender, then the verdict', () => {
    const table = tableOf([before]);
    assert.deepEqual(table.heads, [
      { text: '', kind: 'label' },
      { text: 'blocking', kind: 'figure' },
      { text: 'async', kind: 'figure' },
      { text: 'verdict', kind: 'verdict' },
    ]);
    for (const { cells, label } of table.rows) assert.equal(cells.length, 3, label);
    const row = table.rows.find(({ label }) => label === 'Max clients connected');
    assert.deepEqual(
      row?.cells.map(({ sortBy }) => sortBy && Number(sortBy.toFixed(2))),
      [1_001.5, 2_001.5, 2],
    );
  });

  const heads: [contenders: string, trials: string, heads: string[]][] = [
    ['async', '4', ['', 'async']],
    ['blocking,async', '1', ['', 'blocking', 'async']],
    ['async,async', '4', ['', 'async', 'async-2', 'verdict']],
    [
      'async,blocking,async',
      '4',
      ['', 'async', 'blocking', 'async-2', 'async or blocking', 'async or async-2', 'blocking or async-2'],
    ],
  ];
  for (const [contenders, trials, expected] of heads) {
    test(`of ${contenders} in ${trials} trials has the columns ${expected.join('|')}`, () => {
      const table = tableOf([summarizedRun('a', { contenders, trials })]);
      assert.deepEqual(
        table.heads.map(({ text }) => text),
        expected,
      );
      for (const { cells } of table.rows) assert.equal(cells.length, expected.length - 1);
    });
  }

  test('says below, by contender, what stopped the clients', () => {
    const { rows, notes } = tableOf([before]);
    const stopped = 'What stopped the connected clients';
    assert.deepEqual(rows.find(({ label }) => label === stopped)?.cells.slice(0, 2), [
      { text: 'CPU saturated' },
      { text: 'CPU saturated' },
    ]);
    assert.ok(notes.includes(`${stopped}: async: CPU saturated: detail of CPU saturated`));
  });

  test('has its rows even when nothing was measured', () => {
    const table = tableOf([summarizedRun('a', {}, [])]);
    assert.equal(table.rows.length, tableOf([before]).rows.length);
    for (const { cells } of table.rows) for (const { sortBy } of cells) assert.equal(sortBy, undefined);
  });
});

describe('the table of several runs', () => {
  test('has a column per run, and rows for each contender with the verdict below', () => {
    const table = tableOf([before, after]);
    assert.deepEqual(
      table.heads.map(({ text, kind }) => [text, kind]),
      [
        ['', 'label'],
        ['before', 'figure'],
        ['after', 'figure'],
      ],
    );
    assert.deepEqual(
      table.rows.slice(6, 9).map(({ label, cells }) => [label, ...cells.map(({ text }) => text)]),
      [
        ['Memory at 10 clients, blocking', '60 MB', '60 MB'],
        ['Memory at 10 clients, async', '60 MB', '60 MB'],
        ['Memory at 10 clients: verdict', 'no practical difference', 'no practical difference'],
      ],
    );
  });

  test('has no verdicts when no run supports any, and none for a run that does not', () => {
    const once = summarizedRun('once');
    assert.deepEqual(labelsOf([once, once], /verdict/), []);
    assert.deepEqual(rowOf(tableOf([once, before]), 'Memory at 10 clients: verdict'), ['–', 'no practical difference']);
  });

  test('keeps figures of different plans apart, in the order of the table', () => {
    const more = summarizedRun('more', { ...four, memoryClients: '25' });
    const slower = summarizedRun('slower', { ...four, intervalMs: '500' });
    assert.deepEqual(labelsOf([before, more], /^(Memory at|Peak memory).*async$/), [
      'Memory at 10 clients, async',
      'Memory at 25 clients, async',
      'Peak memory (10 clients), async',
      'Peak memory (25 clients), async',
    ]);
    const table = tableOf([before, more]);
    assert.deepEqual(rowOf(table, 'Memory at 25 clients, async'), ['–', '60 MB']);
    assert.deepEqual(rowOf(table, 'Peak memory (10 clients): verdict'), ['no practical difference', '–']);
    assert.deepEqual(rowOf(table, 'Memory, idle server, async'), ['50 MB', '50 MB'], 'no plan changes it');
    assert.deepEqual(labelsOf([before, slower], /^(Memory at|Max clients at).*async$/), [
      'Memory at 10 clients (one message every 250 ms), async',
      'Memory at 10 clients (one message every 500 ms), async',
      'Max clients at one message every 250 ms, async',
      'Max clients at one message every 500 ms, async',
    ]);
    const larger = summarizedRun('larger', { ...four, messageBytes: '20480' });
    assert.equal(labelsOf([before, larger], /^Threads \(messages of (10,240|20,480) bytes\), async$/).length, 2);
    const rates = summarizedRun('rates', { ...four, rate: ['7'] });
    assert.equal(labelsOf([before, rates], /^TLS connections .* \(at (20|7) a second\), async$/).length, 2);
  });

  test('leaves cells empty for a phase or a contender that a run lacks', () => {
    const build = summarizedRun('build', { ...four, only: 'build', contenders: 'async' });
    const table = tableOf([build, before]);
    assert.deepEqual(rowOf(table, 'Compile time, async'), ['1,200 ms', '1,200 ms']);
    assert.deepEqual(rowOf(table, 'Compile time, blocking'), ['–', '1,200 ms']);
    assert.deepEqual(rowOf(table, 'Threads, async'), ['–', '9']);
    assert.deepEqual(labelsOf([build, before], /^Threads/), [
      'Threads, blocking',
      'Threads, async',
      'Threads: verdict',
    ]);
  });

  test('has one verdict row per pair, in either order of its names', () => {
    const turned = summarizedRun('turned', { ...four, contenders: 'async,blocking' });
    const same = summarizedRun('same', { ...four, contenders: 'async,async' });
    const clients = (runs: SummarizedRun[]) => labelsOf(runs, /^Max clients connected:/);
    assert.deepEqual(clients([before, turned]), ['Max clients connected: verdict']);
    const texts = rowOf(tableOf([before, turned]), 'Max clients connected: verdict') ?? [];
    for (const text of texts) assert.match(text, /^async 2× better/);
    assert.deepEqual(clients([before, same]), [
      'Max clients connected: blocking or async',
      'Max clients connected: async or async-2',
    ]);
  });

  test('says how a figure was measured, per run only where runs differ', () => {
    const wider = summarizedRun('wider', { ...four, bracket: '0.5' });
    const { measures, rows, notes } = tableOf([before, after, wider]);
    const how = new Map(measures.map((measure) => [measure.label, measure.how]));
    assert.equal(how.get('Peak memory'), 'highest resident set from start to the end of the window (VmHWM)');
    assert.match(
      how.get('Max clients connected') ?? '',
      /^before, after: silent clients.*at most 1 % .*\. wider: silent clients.*at most 50 % /,
    );
    assert.equal(measures.length, new Set(measures.map(({ label }) => label)).size);
    assert.equal(rows.find(({ label }) => label === 'Peak memory, async')?.how, how.get('Peak memory'));
    assert.ok(
      notes.includes('What stopped the sending clients, async: wider: target reached: detail of target reached'),
    );
  });
});
