import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Overrides } from '../plan/resolve-config.ts';
import type { Entry } from '../record/record.ts';
import { summarize } from '../summary/summary.ts';
import {
  buildEntries,
  endEntry,
  memoryEntries,
  runEntry,
  searchEntries,
  trialEntry,
  verdictOf,
} from '../testing/runs.ts';
import { summarizedRun } from '../testing/summarized.ts';
import { formatInterval } from '../text/format.ts';
import { columnsOf } from './measured-run.ts';
import { comparisonRows } from './rows.ts';

function cellsOf(entries: Entry[], label: string | RegExp): string[] {
  const row = comparisonRows(summarize(entries)).find((found) =>
    typeof label === 'string' ? found.label === label : label.test(found.label),
  );
  assert.ok(row !== undefined, String(label));
  return row.cells.map(({ text }) => text);
}

const begin = runEntry({ contenders: 'async', intervalMs: '1000' });
const found = (passedAt: number[], number: number) =>
  searchEntries('connected', 'async', passedAt, verdictOf('CPU saturated'), number);

describe('rows of the comparison', () => {
  test('begin with those that answer the questions of the suite', () => {
    const labels = comparisonRows(summarize([runEntry({ intervalMs: '1000' }), endEntry()])).map(({ label }) => label);
    assert.deepEqual(labels.slice(0, 5), [
      'Compile time',
      'Size (bundle)',
      'Memory at 10 clients',
      'Max clients connected',
      'Max clients at one message a second',
    ]);
    assert.equal(new Set(labels).size, labels.length);
  });

  test('have a cell for each contender, in the order of the config, and say how each was measured', () => {
    const summary = summarize([runEntry({ contenders: 'async,blocking' }), endEntry()]);
    assert.deepEqual(columnsOf(summary), ['async', 'blocking']);
    for (const { label, cells, how } of comparisonRows(summary)) {
      assert.equal(cells.length, 2, label);
      assert.ok(how.length > 5 && !how.endsWith('.'), label);
    }
  });

  const places: [title: string, options: Overrides, isSameMachine: boolean, compile: RegExp, executable: RegExp][] = [
    ['here', {}, true, / into an empty folder$/, / in a file beside it$/],
    ['elsewhere', {}, false, /, built on the fleet's machine$/, /, built on the fleet's machine$/],
    [
      'elsewhere, and timed there',
      { compileOnTarget: true },
      false,
      /, built on the servers' machine$/,
      /, built on the fleet's machine$/,
    ],
  ];
  for (const [title, options, isSameMachine, compile, executable] of places) {
    test(`tell which machine built servers that run ${title}`, () => {
      const run = { ...runEntry(options), host: { address: '10.0.0.2', isSameMachine } };
      const rows = new Map(comparisonRows(summarize([run, endEntry()])).map(({ label, how }) => [label, how]));
      assert.match(rows.get('Compile time') ?? '', compile);
      assert.match(rows.get('Single executable') ?? '', executable);
      assert.doesNotMatch(rows.get('Size (bundle)') ?? '', /built on/, 'the same bytes everywhere');
    });
  }

  test('give the reason for an absent figure, and never 0', () => {
    const rows = comparisonRows(summarize([begin, endEntry('interrupted')]));
    for (const { label, cells } of rows) {
      for (const { text } of cells) assert.match(text, /not measured: |no search was finished/, label);
    }
  });

  test('give figures in readable units with three digits', () => {
    const entries = [begin, ...buildEntries('async', [[12_345, 1]]), ...memoryEntries('async'), endEntry()];
    assert.deepEqual(cellsOf(entries, 'Compile time'), ['12.3 s']);
    assert.deepEqual(cellsOf(entries, 'Size (bundle)'), ['80 kB']);
    assert.deepEqual(cellsOf(entries, 'Bundle, gzip / brotli'), ['25 kB / 22 kB']);
    assert.deepEqual(cellsOf(entries, 'Single executable'), ['150 MB']);
    assert.deepEqual(cellsOf(entries, /^Memory at /), ['60 MB']);
    assert.deepEqual(cellsOf(entries, 'Memory, idle server'), ['50 MB']);
    assert.deepEqual(cellsOf(entries, 'Memory per client'), ['1 MB']);
    assert.deepEqual(cellsOf(entries, 'V8 heap in use'), ['12 MB']);
    assert.deepEqual(cellsOf(entries, 'Threads'), ['9']);
    assert.deepEqual(cellsOf(entries, 'CPU per message'), ['1,000 µs']);
    assert.deepEqual(cellsOf(entries, /^Latency p50/), ['2 ms / 3 ms / 3 ms']);
  });

  test('are sorted by the number behind the text, the first of several', () => {
    const entries = [begin, ...memoryEntries('async'), ...found([10], 1), endEntry()];
    const rows = new Map(comparisonRows(summarize(entries)).map(({ label, cells }) => [label, cells[0]?.sortBy]));
    assert.equal(rows.get('Memory at 10 clients'), 60_000_000);
    assert.equal(rows.get('Max clients connected'), 10);
    assert.equal(rows.get('Latency p50 / p99 / max'), 2);
    assert.deepEqual(
      [rows.get('Compile time'), rows.get('What stopped the connected clients')],
      [undefined, undefined],
    );
  });

  test('move a reason that is too long for a cell to a note', () => {
    const trial = trialEntry('memory', 'async');
    const failed: Entry = {
      type: 'trialEnd',
      trial: trial.trial,
      outcome: 'failed',
      code: 'X',
      message: 'y'.repeat(70),
    };
    const row = comparisonRows(summarize([begin, trial, failed])).find(({ label }) => label === 'Peak memory');
    assert.deepEqual(row?.cells, [{ text: 'not measured', note: `not measured: ${'y'.repeat(70)}` }]);
  });

  test('show the spread when trials differ, and only then', () => {
    assert.deepEqual(
      cellsOf([begin, ...found([10], 1), ...found([2_000], 2), ...found([300], 3)], 'Max clients connected'),
      ['300 ± 1,700, not 301 ± 1,700'],
    );
    assert.deepEqual(cellsOf([begin, ...found([10], 1), ...found([10], 2)], 'Max clients connected'), ['10, not 11']);
  });

  test('name an interval in words', () => {
    assert.equal(formatInterval(1_000), 'a second');
    assert.equal(formatInterval(250), 'every 250 ms');
    assert.equal(formatInterval(4_000), 'every 4 s');
    assert.equal(formatInterval(60_000), 'every 60 s');
  });
});

test('a row is explained without reference to other rows', () => {
  const alone = comparisonRows(summarizedRun('a', { only: 'sending' }).summary);
  assert.ok(alone.length > 2);
  for (const { label, how } of alone) assert.doesNotMatch(how, /likewise|the same with|as above/, label);
});
