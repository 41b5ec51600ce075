import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareKeys, keysOf } from './keys.ts';

function sorted(cells: [text: string, sortBy?: string][], direction: 1 | -1): string[] {
  const keys = keysOf(cells.map(([text, sortBy]) => ({ text, sortBy })));
  const order = cells.map((_, index) => index).toSorted((a, b) => compareKeys(keys[a], keys[b], direction));
  return order.map((index) => cells[index]?.[0] ?? '');
}

describe('the order of a column', () => {
  test('follows its numbers, not its texts', () => {
    const cells: [string, string][] = [
      ['9 MB', '9000000'],
      ['10 kB', '10000'],
      ['1.1 GB', '1.1e9'],
    ];
    assert.deepEqual(sorted(cells, 1), ['10 kB', '9 MB', '1.1 GB']);
    assert.deepEqual(sorted(cells, -1), ['1.1 GB', '9 MB', '10 kB']);
  });

  test('puts cells without a value last, in both directions', () => {
    const cells: [string, string?][] = [['not measured'], ['2', '2'], ['0', '0']];
    assert.deepEqual(sorted(cells, 1), ['0', '2', 'not measured']);
    assert.deepEqual(sorted(cells, -1), ['2', '0', 'not measured']);
  });

  test('follows its texts where there are no numbers, and keeps the order of equal cells', () => {
    assert.deepEqual(sorted([['p99'], [''], ['p9'], ['P9']], 1), ['p9', 'P9', 'p99', '']);
    assert.deepEqual(
      sorted(
        [
          ['b', '1'],
          ['a', '1'],
        ],
        -1,
      ),
      ['b', 'a'],
    );
  });
});
