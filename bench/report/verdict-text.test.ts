import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Comparison } from '../stats/verdict.ts';
import { type ComparedName, figures } from '../summary/figures/figures.ts';
import { verdictCell } from './verdict-text.ts';

const drawn = (verdict: 'equal' | 'first' | 'second' | 'open', ratio: number, low: number, high: number) => ({
  verdict,
  ratio,
  interval: { low, high },
});

const judged = (name: ComparedName) => ({ name, row: figures[name] });

describe('a verdict in words', () => {
  // Fewer bytes are better, and more clients. A ratio is async divided by blocking.
  const table: [figure: ComparedName, comparison: Comparison, text: string][] = [
    ['rssBytes', drawn('equal', 1.01, 0.99, 1.03), 'no practical difference'],
    ['rssBytes', drawn('second', 0.1, 0.09, 0.125), 'async 10× better (8–11.1)'],
    ['rssBytes', drawn('first', 2.1, 1.9, 2.3), 'blocking 2.1× better (1.9–2.3)'],
    ['maxClientsSending', drawn('second', 12.3, 11.1, 14), 'async 12.3× better (11.1–14)'],
    ['maxClientsSending', drawn('first', 0.5, 0.4, 0.8), 'blocking 2× better (1.25–2.5)'],
    ['maxClientsSending', { ...drawn('second', 12.3, 11.1, 14), isAtLeast: true }, 'async ≥ 12.3× better (11.1–14)'],
    ['rssBytes', drawn('open', 1.1, 0.97, 1.31), 'not enough trials to say (async/blocking 0.97–1.31)'],
    ['bundleBytes', drawn('second', 0.5, 0.5, 0.5), 'async 2× better'],
    [
      'maxClientsSending',
      { ...drawn('open', 1, 0.91, 1.1), coarseness: 0.1 },
      'brackets of 10 % are too wide to show a difference',
    ],
    ['rssBytes', drawn('open', 0.081, 0.08126, 0.0818), 'not enough trials to say (async/blocking 0.0813–0.0818)'],
    ['rssBytes', { verdict: 'open', ratio: 9 }, 'not enough trials to say'],
    ['rssBytes', { verdict: 'none', why: 'at least one of them was not measured' }, ''],
    [
      'maxClientsSending',
      { verdict: 'none', why: 'a figure is only a lower bound' },
      'not compared: a figure is only a lower bound',
    ],
  ];
  for (const [figure, comparison, text] of table) {
    test(`is "${text}" for ${figure}: ${JSON.stringify(comparison)}`, () => {
      const pair = { first: 'blocking', second: 'async', figures: { [figure]: comparison } };
      assert.equal(verdictCell(pair, judged(figure)).text, text);
    });
  }

  test('names its figure among several', () => {
    const pair = { first: 'a', second: 'b', figures: { rssBytes: drawn('equal', 1, 1, 1) } };
    assert.equal(verdictCell(pair, { ...judged('rssBytes'), as: 'p99' }).text, 'p99: no practical difference');
    assert.equal(verdictCell(pair, { ...judged('threads'), as: 'p99' }).text, '');
  });

  const orders: [comparison: Comparison, sortBy: number | undefined][] = [
    [drawn('second', 0.125, 0.1, 0.2), 8],
    [drawn('first', 8, 7, 9), 8],
    [drawn('equal', 0.8, 0.8, 0.8), 1.25],
    [drawn('open', 8, 0.5, 9), undefined],
    [{ verdict: 'none', why: 'at least one of them was not measured' }, undefined],
  ];
  for (const [comparison, sortBy] of orders) {
    test(`is sorted by ${sortBy}: ${JSON.stringify(comparison)}`, () => {
      const pair = { first: 'a', second: 'b', figures: { rssBytes: comparison } };
      assert.equal(verdictCell(pair, judged('rssBytes')).sortBy, sortBy);
    });
  }
});
