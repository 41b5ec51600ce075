import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { doneBeforeLine, endLine, type Paint, renderBlock, type Size, wrapHanging } from './block.ts';
import type { View } from './board.ts';
import { outcomes } from './progress.ts';

const plain: Paint = (_, text) => text;
const tagged: Paint = (style, text) => `<${style}>${text}</>`;
const usual: Size = { columns: 80, rows: 24 };
const figures = {
  clients: 12_500,
  clientsAsked: 25_000,
  newClientsPerSecond: 312,
  messagesPerSecond: 12_480,
  p99Milliseconds: 38,
  cpuCores: 0.98,
  rssBytes: 1_210_000_000,
};
const view: View = {
  current: { title: 'connected, async, 1 of 4', elapsedMilliseconds: 41_000, expectedMilliseconds: 70_000 },
  doing: figures,
  next: ['sending, async, 1 of 4', 'arrivals, blocking, 1 of 4', 'arrivals, async, 1 of 4'],
  elapsedMilliseconds: 724_000,
  leftMilliseconds: 41 * 60_000,
  warnings: 2,
};
const current = '• connected, async, 1 of 4                  0:41 of about 1 min';
const live = '  12,500/25,000 clients +312/s | 12,480 msg/s | p99 38 ms | CPU 0.98 | 1.21 GB';
const next = '  next of 3: sending, async, 1 of 4; arrivals, blocking, 1 of 4';
const summary = '  12:04 so far, about 41 min left, 2 warnings above';

describe('the live block', () => {
  const table: [title: string, view: View, size: Size, lines: string[]][] = [
    ['shows everything in 80 columns', view, usual, [current, live, next, summary]],
    ['leaves out the next tasks with 4 rows', view, { ...usual, rows: 4 }, [current, live, summary]],
    ['leaves out the figures with 3 rows', view, { ...usual, rows: 3 }, [current, summary]],
    ['is only the summary with 2 rows', view, { ...usual, rows: 2 }, [summary]],
    ['is empty with 1 row', view, { ...usual, rows: 1 }, []],
    [
      'cuts lines that are too long',
      view,
      { ...usual, columns: 40 },
      [
        '• connected, async, 1 of 4  0:41 of abo…',
        '  12,500/25,000 clients +312/s | 12,480…',
        '  next of 3: sending, async, 1 of 4; ar…',
        '  12:04 so far, about 41 min left, 2 wa…',
      ],
    ],
    [
      'says that a task takes longer, once it exceeds the time shown before',
      {
        ...view,
        current: { title: 'build', elapsedMilliseconds: 10_001, expectedMilliseconds: 6_000 },
        doing: 'build 2 of 3: async',
        next: [],
        leftMilliseconds: 0,
        warnings: 1,
      },
      usual,
      [
        '• build                                     0:10, longer than expected',
        '  build 2 of 3: async',
        '  12:04 so far, about 10 s left, 1 warning above',
      ],
    ],
    [
      'shows the next tasks between two tasks',
      { doing: 'cooling down', next: ['https, async'], elapsedMilliseconds: 0, leftMilliseconds: 1, warnings: 0 },
      usual,
      ['  cooling down', '  next of 1: https, async', '  0:00 so far, about 10 s left'],
    ],
    [
      'is only the elapsed time without a plan',
      { doing: undefined, next: [], elapsedMilliseconds: 3_000, warnings: 0 },
      usual,
      ['  0:03 so far'],
    ],
  ];
  for (const [title, seen, size, lines] of table) {
    test(title, () => assert.deepEqual(renderBlock(seen, size, plain), lines));
  }

  test('is never wider or higher than the terminal', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 120 });
    const size = fc.record({ columns: fc.integer({ min: 1, max: 200 }), rows: fc.nat(30) });
    const time = fc.nat(100_000_000);
    const any = fc.record({
      current: fc.record({ title: text, elapsedMilliseconds: time, expectedMilliseconds: time }),
      doing: fc.oneof(text, fc.constant(figures)),
      next: fc.array(text),
      elapsedMilliseconds: time,
      leftMilliseconds: time,
      warnings: fc.nat(),
    });
    fc.assert(
      fc.property(any, size, (seen, { columns, rows }) => {
        const lines = renderBlock(seen, { columns, rows }, plain);
        assert.ok(lines.length <= Math.max(0, rows - 1));
        for (const line of lines) assert.ok(stringWidth(line) <= columns, line);
      }),
    );
  });
});

describe('a permanent line', () => {
  test('shows how a task ended, and how long it took', () => {
    const title = 'connected, async, 1 of 4';
    assert.deepEqual(
      outcomes.map((outcome) => endLine(title, outcome, 72_000, tagged)),
      [
        '<good>✓</> connected, async, 1 of 4                  1:12',
        '<bad>✗</> connected, async, 1 of 4: failed          1:12',
        '<bad>✗</> connected, async, 1 of 4: void            1:12',
        '<bad>✗</> connected, async, 1 of 4: interrupted     1:12',
      ],
    );
    assert.equal(doneBeforeLine(title, tagged), '<good>✓</> connected, async, 1 of 4                  done before');
  });

  test('wraps at spaces, with further lines indented', () => {
    assert.equal(wrapHanging('  async: 10 of 10 clients', 16), '  async: 10 of\n    10 clients');
    assert.equal(wrapHanging('warning: one', 12), 'warning: one');
    for (const line of wrapHanging(`  ${'a word '.repeat(50)}${'x'.repeat(100)}`, 40).split('\n'))
      assert.ok(line.length <= 40);
  });
});
