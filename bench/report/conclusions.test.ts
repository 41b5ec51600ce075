import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Comparison } from '../stats/verdict.ts';
import type { ComparedName } from '../summary/figures/figures.ts';
import type { Summary } from '../summary/summary.ts';
import { summarizedRun } from '../testing/summarized.ts';
import { conclusions } from './conclusions.ts';
import { comparisonRows } from './rows.ts';

const { summary } = summarizedRun('a', { trials: '4', intervalMs: '1000' });

/** The summary with another comparison, and with other values of `blocking`. */
function withComparison(
  name: ComparedName,
  comparison: Comparison,
  values?: number[],
  only: Summary = summary,
): Summary {
  const { blocking } = only.contenders;
  assert.ok(blocking !== undefined);
  const { maxClientsSending, rssBytes } = blocking;
  const changed = values === undefined ? undefined : { median: 1, min: 0, max: 1, values };
  return {
    ...only,
    pairs: only.pairs.map((pair) => ({ ...pair, figures: { ...pair.figures, [name]: comparison } })),
    contenders: {
      ...only.contenders,
      blocking: {
        ...blocking,
        rssBytes: changed ?? rssBytes,
        maxClientsSending: { ...maxClientsSending, clients: changed ?? maxClientsSending.clients },
      },
    },
  };
}

const sentenceOf = (from: Summary, name: ComparedName) =>
  conclusions(from).find((found) => found.name === name)?.sentence;
const drawn = (verdict: 'equal' | 'first' | 'second' | 'open', ratio: number, low: number, high: number) => ({
  verdict,
  ratio,
  interval: { low, high },
});

describe('conclusions', () => {
  test('follow the order of the table, with the five questions first', () => {
    const found = conclusions(summary);
    assert.deepEqual(
      found.slice(0, 5).map(({ name }) => name),
      ['compileMilliseconds', 'bundleBytes', 'rssBytes', 'maxClientsConnected', 'maxClientsSending'],
    );
    const verdicts = comparisonRows(summary).filter(({ verdicts: [verdict] }) => verdict?.text !== '');
    assert.equal(found.length, verdicts.length);
    for (const { sentence } of found) assert.match(sentence, /^[A-Z].*: .*[^.]\.$/);
  });

  const table: [name: ComparedName, comparison: Comparison, values: number[] | undefined, sentence: string][] = [
    [
      'rssBytes',
      drawn('second', 0.082, 0.0813, 0.0826),
      undefined,
      'Memory at 10 clients: blocking takes 12.2 times what async takes (95 % interval 12.1 to 12.3).',
    ],
    [
      'rssBytes',
      drawn('first', 2, 1.5, 3),
      undefined,
      'Memory at 10 clients: async takes 2 times what blocking takes (95 % interval 1.5 to 3).',
    ],
    [
      'threads',
      drawn('second', 0.5, 0.5, 0.5),
      undefined,
      'Threads: blocking takes 2 times what async takes (the same in every trial).',
    ],
    [
      'bundleBytes',
      drawn('second', 0.5, 0.5, 0.5),
      undefined,
      'Size (bundle): blocking takes 2 times what async takes (the same in every build).',
    ],
    [
      'maxClientsConnected',
      drawn('second', 11.31, 9.51, 13.4),
      undefined,
      'Max clients connected: async holds 11.3 times as many as blocking (95 % interval 9.51 to 13.4).',
    ],
    [
      'tlsConnectionsPerSecond',
      { ...drawn('second', 3.79, 2.19, 7.4), isAtLeast: true },
      undefined,
      'TLS connections per second at the knee: async serves at least 3.79 times as many as blocking (95 % interval of that bound 2.19 to 7.4).',
    ],
    [
      'idleRssBytes',
      drawn('equal', 1, 0.98, 1.01),
      undefined,
      'Memory, idle server: no practical difference (within 5 %).',
    ],
    [
      'cpuMicrosecondsPerMessage',
      drawn('open', 1.1, 0.9, 1.3),
      undefined,
      'CPU per message: four trials do not tell blocking and async apart (ratio of async to blocking between 0.9 and 1.3).',
    ],
    [
      'cpuMicrosecondsPerMessage',
      drawn('open', 1.05, 1.01, 1.3),
      undefined,
      'CPU per message: four trials do not show whether blocking and async differ by more than 5 % (ratio of async to blocking between 1.01 and 1.3).',
    ],
    [
      'rssBytes',
      drawn('open', 1, 0.9, 1.3),
      [1, 2],
      'Memory at 10 clients: two trials of blocking and four of async are too few for a verdict, which needs four of each (ratio of async to blocking between 0.9 and 1.3).',
    ],
    [
      'maxClientsConnected',
      { ...drawn('open', 1, 0.9, 1.1), coarseness: 0.1 },
      undefined,
      'Max clients connected: brackets of 10 % are too wide to show a difference between blocking and async.',
    ],
    [
      'maxClientsSending',
      { verdict: 'none', why: 'one of them was 0 in a trial' },
      [0, 3, 0, 0],
      'Max clients at one message a second: not compared: blocking held none in three of four trials.',
    ],
    [
      'maxClientsSending',
      { verdict: 'none', why: 'one of them was 0 in a trial' },
      [0, 0, 0, 0],
      'Max clients at one message a second: not compared: blocking held none in all four trials.',
    ],
    [
      'maxClientsSending',
      { verdict: 'none', why: 'a figure is only a lower bound' },
      undefined,
      'Max clients at one message a second: not compared: the figures for blocking and async are lower bounds.',
    ],
  ];
  for (const [name, comparison, values, sentence] of table) {
    test(sentence, () => assert.equal(sentenceOf(withComparison(name, comparison, values), name), sentence));
  }

  test('give the reason why one contender lacks a figure', () => {
    const reason = 'no memory trial was finished';
    const { blocking } = summary.contenders;
    assert.ok(blocking !== undefined);
    const without = { ...blocking, rssBytes: { absent: reason } };
    const changed = withComparison('rssBytes', { verdict: 'none', why: 'at least one of them was not measured' });
    assert.equal(
      sentenceOf({ ...changed, contenders: { ...changed.contenders, blocking: without } }, 'rssBytes'),
      `Memory at 10 clients: not compared: blocking was not measured (${reason}).`,
    );
  });

  test('name all figures without any value in one sentence', () => {
    for (const trials of ['1', '4']) {
      const found = conclusions(summarizedRun('a', { trials, only: 'memory,connected' }, []).summary);
      const last = found.at(-1);
      assert.equal(found.length, trials === '1' ? 2 : 1);
      assert.equal(last?.kind, 'none');
      assert.match(
        last.sentence,
        /^Not measured for any contender: Memory at 10 clients; Max clients connected; .*; Latency from the actual send, p99\.$/,
      );
    }
  });

  test('of one trial are its figures, and never that something is better', () => {
    const found = conclusions(summarizedRun('a').summary);
    assert.match(found[0]?.sentence ?? '', /^One trial supports no verdict/);
    assert.ok(
      found.some(({ sentence }) => sentence === 'Memory at 10 clients, in one trial: blocking 60 MB; async 60 MB.'),
    );
    assert.ok(
      found.some(({ sentence }) => sentence === 'Size (bundle): blocking 80 kB; async 80 kB.'),
      'sizes are the same in each build',
    );
    for (const { kind, sentence } of found) {
      assert.equal(kind, 'none');
      assert.doesNotMatch(sentence, /better|times|difference/);
    }
  });

  test('are none for one contender, and one per pair, or one for all, for more than two', () => {
    assert.deepEqual(conclusions(summarizedRun('a', { contenders: 'async', trials: '4' }).summary), []);
    const three = summarizedRun('a', { contenders: 'async,blocking,async', trials: '4' }).summary;
    const sentencesOf = (of: Summary) =>
      conclusions(of).flatMap(({ name, sentence }) => (name === 'rssBytes' ? [sentence] : []));
    assert.deepEqual(sentencesOf(three), [
      'Memory at 10 clients: no practical difference between any two (within 5 %).',
    ]);
    const [pair, ...others] = three.pairs;
    assert.ok(pair !== undefined);
    const better = { ...pair, figures: { ...pair.figures, rssBytes: drawn('second', 0.5, 0.5, 0.5) } };
    assert.deepEqual(sentencesOf({ ...three, pairs: [better, ...others] }), [
      'Memory at 10 clients: async takes 2 times what blocking takes (the same in every trial).',
      'Memory at 10 clients: no practical difference between async and async-2 (within 5 %).',
      'Memory at 10 clients: no practical difference between blocking and async-2 (within 5 %).',
    ]);
  });
});
