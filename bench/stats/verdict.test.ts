import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { normalSource } from '../testing/normal.ts';
import { seededRandom } from './random.ts';
import { type Better, type Comparison, compareTrials, comparisonSchema, leastTrials } from './verdict.ts';

const margin = 0.05;
const compare = (first: number[], second: number[], better: Better = 'less', resolution = 0) =>
  compareTrials(first, second, { better, margin, resolution: { first: resolution, second: resolution } });

describe('what the trials of two contenders say', () => {
  const table: [title: string, first: number[], second: number[], verdict: Comparison['verdict']][] = [
    ['nothing, when one was not measured', [], [1, 1, 1, 1], 'none'],
    ['nothing, when there is no ratio', [0, 1, 1, 1], [1, 1, 1, 1], 'none'],
    ['not enough, of one trial, however far apart', [1], [100], 'open'],
    ['not enough, of fewer than four, however far apart', [1, 1, 1], [100, 100, 100], 'open'],
    ['not enough, when only one has four', [1, 1, 1], [100, 100, 100, 100], 'open'],
    ['no difference, when all are equal', [7, 7, 7, 7], [7, 7, 7, 7], 'equal'],
    ['no difference, within the margin', [100, 101, 99, 100], [102, 101, 102, 101], 'equal'],
    ['the first, of which less is needed', [10, 10, 11, 10], [20, 21, 20, 22], 'first'],
    ['the second, of which less is needed', [20, 21, 20, 22], [10, 10, 11, 10], 'second'],
    ['not enough, when they overlap', [10, 20, 30, 40], [15, 25, 35, 45], 'open'],
    ['not enough, when the interval reaches into the margin', [100, 100, 103, 104], [108, 108, 109, 109], 'open'],
  ];
  for (const [title, first, second, verdict] of table) {
    test(`is ${title}`, () => {
      const comparison = compare(first, second);
      assert.equal(comparison.verdict, verdict);
      assert.deepEqual(comparisonSchema.parse(JSON.parse(JSON.stringify(comparison))), comparison);
    });
  }

  test('turns round when more is better, and when the two change places', () => {
    const trials = fc.array(fc.double({ min: 1, max: 100, noNaN: true }), { minLength: leastTrials, maxLength: 6 });
    const other = { first: 'second', second: 'first', equal: 'equal', open: 'open', none: 'none' } as const;
    fc.assert(
      fc.property(trials, trials, (first, second) => {
        const { verdict } = compare(first, second, 'less');
        assert.equal(compare(first, second, 'more').verdict, other[verdict]);
        const turned = compare(second, first, 'less').verdict;
        // Other draws may decide a case at the very edge differently.
        assert.ok(turned === other[verdict] || turned === 'open' || verdict === 'open', `${verdict}, ${turned}`);
      }),
      { numRuns: 30 },
    );
  });

  test('includes the bracket of a search', () => {
    const [first, second] = [
      [1_000, 1_000, 1_000, 1_000],
      [1_080, 1_080, 1_080, 1_080],
    ];
    assert.equal(compare(first, second, 'more').verdict, 'second');
    assert.equal(compare(first, second, 'more', 0.1).verdict, 'open');
    const ofFirst = compareTrials(first, second, { better: 'more', margin, resolution: { first: 0.1, second: 0 } });
    assert.equal(ofFirst.verdict, 'open', 'the first may hold as many as the second');
    const ofSecond = compareTrials(first, second, { better: 'more', margin, resolution: { first: 0, second: 0.1 } });
    assert.equal(ofSecond.verdict, 'second', 'the second may only hold more');
    const same = compare(first, first, 'more', 0.1);
    assert.deepEqual([same.verdict, 'coarseness' in same && same.coarseness], ['open', 0.1]);
    assert.ok(!('coarseness' in compare(first, second, 'more', 0.1)));
    assert.ok(!('coarseness' in compare(first.slice(1), first, 'more', 0.1)), 'of too few trials');
  });

  test('needs no second trial without noise', () => {
    const exactly = (first: number[], second: number[]) =>
      compareTrials(first, second, { better: 'less', margin, isExact: true }).verdict;
    assert.equal(exactly([100], [80]), 'second');
    assert.equal(exactly([100], [99, 99]), 'equal');
    assert.equal(exactly([100, 101], [80, 80]), 'open', 'it has noise after all');
  });
});

/**
 * The promise to readers: at most one figure in twenty is called different for two equal servers. If one server takes half as
 * much again, five trials show it nearly always. The logarithms of trials are distributed normally, as for times and counts.
 */
describe('in a thousand pairs of made-up trials', () => {
  const pairs = 1_000;
  const verdicts = (trials: number, scatter: number, ratio: number): Record<Comparison['verdict'], number> => {
    const normal = normalSource(seededRandom(trials));
    const draw = (median: number) => Array.from({ length: trials }, () => median * Math.exp(scatter * normal()));
    const counts = { equal: 0, first: 0, second: 0, open: 0, none: 0 };
    for (let pair = 0; pair < pairs; pair += 1) counts[compare(draw(100), draw(100 * ratio), 'more').verdict] += 1;
    return counts;
  };

  for (const trials of [leastTrials, 5, 10]) {
    for (const scatter of [0.02, 0.3]) {
      test(`${trials} trials each of two equal servers, scattered by ${scatter}, differ in at most 5 %`, () => {
        const { first, second } = verdicts(trials, scatter, 1);
        assert.ok(first + second <= 0.05 * pairs, `${first + second} of ${pairs}`);
      });
    }
  }

  test('two equal servers with little scatter are called equal', () => {
    assert.ok(verdicts(5, 0.01, 1).equal >= 0.95 * pairs);
  });

  test('a figure half as much again is found in 95 % when trials scatter by 5 %', () => {
    assert.ok(verdicts(5, 0.05, 1.5).second >= 0.95 * pairs);
  });
});
