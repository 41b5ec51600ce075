import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Cause } from '../record/causes.ts';
import type { Entry } from '../record/record.ts';
import type { Verdict } from '../record/verdict.ts';
import { contenderEntries } from '../testing/contender-entries.ts';
import { buildEntries, endEntry, memoryEntries, runEntry, searchEntries, verdictOf } from '../testing/runs.ts';
import { comparedIn, figures as table } from './figures/figures.ts';
import { summarize } from './summary.ts';

const trials = [1, 2, 3, 4];

function summaryOf(contenders: string, entries: Entry[]) {
  return summarize([runEntry({ contenders, trials: '4', bracket: '0.02' }), ...entries, endEntry()]);
}

/** Four searches of each contender, with the clients that they held and the cause that ended them. */
function searched(first: [clients: number, Cause], second: [clients: number, Cause]) {
  const of = (contender: 'blocking' | 'async', [clients, cause]: [number, Cause]) =>
    trials.flatMap((number) => searchEntries('connected', contender, [clients], verdictOf(cause), number));
  const { pairs } = summaryOf('blocking,async', [...of('blocking', first), ...of('async', second)]);
  return pairs[0]?.figures.maxClientsConnected;
}

describe('pairs of contenders', () => {
  test('pair each contender with each one after it, in the order of the config', () => {
    const names = (contenders: string) =>
      summaryOf(contenders, []).pairs.map(({ first, second }) => `${first} ${second}`);
    assert.deepEqual(names('async'), []);
    assert.deepEqual(names('blocking,async'), ['blocking async']);
    assert.deepEqual(names('async,blocking,async'), ['async blocking', 'async async-2', 'blocking async-2']);
  });

  test('are compared by every figure that both have', () => {
    const held: [number[], Verdict] = [[10], verdictOf('CPU saturated')];
    const all = (['async', 'async-2'] as const).flatMap((contender) =>
      trials.flatMap((number) => contenderEntries(contender, { connected: held, sending: held, number })),
    );
    const figures = summaryOf('async,async', all).pairs[0]?.figures ?? {};
    assert.deepEqual(
      Object.keys(figures),
      comparedIn(table).map(([name]) => name),
    );
    // Searches with a bracket of 10 % cannot show such a difference.
    const coarse = ['maxClientsConnected', 'maxClientsSending'];
    for (const [name, found] of Object.entries(figures)) {
      const isCoarse = coarse.includes(name);
      assert.deepEqual([found.verdict, 'coarseness' in found], [isCoarse ? 'open' : 'equal', isCoarse], name);
    }
  });

  test('have no verdict on a figure that one of them lacks, and none from one trial', () => {
    const none = summaryOf('blocking,async', memoryEntries('async')).pairs[0]?.figures.rssBytes;
    assert.equal(none?.verdict, 'none');
    const single = summaryOf('blocking,async', [...memoryEntries('async'), ...memoryEntries('blocking')]);
    for (const [name, { verdict }] of Object.entries(single.pairs[0]?.figures ?? {})) {
      assert.ok(verdict === 'open' || verdict === 'none', name);
    }
  });

  test('have a verdict on sizes after one build, because sizes are the same in each', () => {
    const builds = (['blocking', 'async'] as const).flatMap((contender) => buildEntries(contender, [[1_000, 200]]));
    const { bundleBytes, executableBytes, compileMilliseconds } =
      summaryOf('blocking,async', builds).pairs[0]?.figures ?? {};
    const verdicts = [bundleBytes, executableBytes, compileMilliseconds].map((found) => found?.verdict);
    assert.deepEqual(verdicts, ['equal', 'equal', 'open']);
  });
});

describe('the most clients of two servers', () => {
  test('differ when both servers ended their searches', () => {
    const found = searched([1_000, 'server descriptors'], [2_000, 'CPU saturated']);
    assert.deepEqual([found?.verdict, found && 'isAtLeast' in found], ['second', false]);
    assert.equal(searched([1_000, 'CPU saturated'], [1_010, 'CPU saturated'])?.verdict, 'equal');
  });

  test('are as uncertain as the widest possible bracket of any search', () => {
    const of = (number: number, clients: number, cause: Cause, failedClients?: number) =>
      searchEntries('connected', 'async', [clients], verdictOf(cause), number).map((entry) =>
        entry.type === 'search' && failedClients !== undefined ? { ...entry, failedClients } : entry,
      );
    const blocking = trials.flatMap((number) =>
      searchEntries('connected', 'blocking', [5], verdictOf('CPU saturated'), number),
    );
    // The first search met no number that was not held, so the first such number is from the second search.
    const async = [
      ...of(1, 1_000, 'time limit'),
      ...of(2, 10, 'CPU saturated', 2_000),
      ...of(3, 1_000, 'CPU saturated'),
      ...of(4, 1_000, 'CPU saturated'),
    ];
    const found = summaryOf('blocking,async', [...blocking, ...async]).pairs[0]?.figures.maxClientsConnected;
    assert.ok(found !== undefined && found.verdict === 'second' && found.interval !== undefined, JSON.stringify(found));
    assert.equal(Math.round(found.interval.high / found.ratio), 2_000 / 10);
  });

  const bounds: [what: string, first: [number, Cause], second: [number, Cause], verdict: string, isAtLeast: boolean][] =
    [
      ['the better one could have gone on', [1_000, 'CPU saturated'], [2_000, 'target reached'], 'second', true],
      [
        'the better one could have gone on, the other way',
        [2_000, 'time limit'],
        [1_000, 'CPU saturated'],
        'first',
        true,
      ],
      ['the worse one could have gone on', [1_000, 'time limit'], [2_000, 'CPU saturated'], 'none', false],
      ['both could have gone on', [2_000, 'target reached'], [2_000, 'target reached'], 'none', false],
    ];
  for (const [what, first, second, verdict, isAtLeast] of bounds) {
    test(`where ${what}: ${verdict}${isAtLeast ? ', at least' : ''}`, () => {
      const found = searched(first, second);
      assert.equal(found?.verdict, verdict);
      assert.equal(found !== undefined && 'isAtLeast' in found, isAtLeast);
    });
  }
});
