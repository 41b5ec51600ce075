import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { cut } from './columns.ts';

describe('columns', () => {
  const table: [text: string, columns: number][] = [
    ['', 0],
    ['async, 2 of 4', 13],
    ['✓ • … – × µs ≤ é', 16],
    ['e\u0301', 1],
    ['日本', 4],
    ['한국', 4],
    ['ｆ', 2],
    ['🥧', 2],
    ['👩‍👩‍👧', 2],
    ['✔\ufe0f', 2],
    ['⚡', 2],
  ];
  for (const [text, columns] of table) {
    test(`of "${text}" are ${columns}`, () => assert.equal(stringWidth(text), columns));
  }

  const cuts: [text: string, columns: number, shown: string][] = [
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
  ];
  for (const [text, columns, shown] of cuts) {
    test(`cut "${text}" to ${columns}: "${shown}"`, () => assert.equal(cut(text, columns), shown));
  }

  test('of a cut text never exceed the requested number', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(30), (text, columns) => {
        assert.ok(stringWidth(cut(text, columns)) <= columns);
      }),
    );
  });
});
