import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { figureOf } from '../../stats/figure.ts';
import { measuredRun } from '../../testing/pictures.ts';
import { buildEntries, runEntry } from '../../testing/runs.ts';
import { milliseconds } from '../../text/format.ts';
import { figurePanel, keyOf, panelInWords, spreadOf } from './figure-panel.ts';

const run = measuredRun([
  runEntry({ contenders: 'blocking,async' }),
  ...buildEntries('async', [
    [100, 20],
    [140, 20],
  ]),
]);
const measure = {
  isNamed: false,
  name: 'Compile time',
  of: (contender: { compileMilliseconds: ReturnType<typeof figureOf> }) => contender.compileMilliseconds,
  format: milliseconds,
  tickFormat: () => milliseconds,
};

describe('the tooltip of a bar says', () => {
  test('the median, the range and the number of the trials', () => {
    assert.deepEqual(spreadOf(figureOf([1, 2, 9], ''), milliseconds), [
      'median 2 ms',
      'lowest 1 ms, highest 9 ms',
      '3 trials',
    ]);
    assert.deepEqual(spreadOf(figureOf([5], ''), milliseconds), ['5 ms', 'one trial']);
    assert.deepEqual(spreadOf(figureOf([5, 5], ''), milliseconds), ['5 ms', 'the same in 2 trials']);
  });

  test('why there is no value', () => {
    assert.deepEqual(spreadOf(figureOf([], 'it crashed'), milliseconds), ['not measured: it crashed']);
    const tips = figurePanel([run], measure)?.groups[0]?.bars.map(({ tip }) => tip);
    assert.deepEqual(tips, [
      'blocking\nCompile time\nnot measured: not built',
      'async\nCompile time\nmedian 140 ms\nlowest 120 ms, highest 160 ms\n2 trials',
    ]);
  });

  test('which run it is, when there are several', () => {
    const panel = figurePanel([run, { ...run, label: 'Pi' }], { ...measure, isNamed: true });
    assert.match(panel?.groups[1]?.bars[1]?.tip ?? '', /^async, Pi\n/);
  });
});

test('a panel in words', () => {
  const panel = figurePanel([run], measure);
  assert.ok(panel !== undefined);
  assert.equal(panelInWords(panel), 'Compile time: blocking not measured; async 140 ± 20 ms.');
});

test('dots are explained where there are any', () => {
  const alone = measuredRun([runEntry({ contenders: 'async' }), ...buildEntries('async', [[100, 20]])]);
  const [several, one] = [run, alone].map((of) => [figurePanel([of], measure)].flatMap((panel) => panel ?? []));
  assert.equal(keyOf(several ?? [], 'single builds'), 'Bars: median; dots: single builds.');
  assert.equal(keyOf(one ?? [], 'single builds'), '');
});
