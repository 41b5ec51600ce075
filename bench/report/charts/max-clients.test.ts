import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { causes } from '../../record/causes.ts';
import { crowded, plain, searched } from '../../testing/charted-runs.ts';
import { measuredRun, wordsOf } from '../../testing/pictures.ts';
import { runEntry } from '../../testing/runs.ts';
import type { MeasuredRun } from '../measured-run.ts';
import { maxClientsChart } from './max-clients.ts';
import { renderSvg } from './svg.ts';
import { themes } from './theme.ts';

function drawn(width: number, ...runs: MeasuredRun[]): string {
  const chart = maxClientsChart(runs);
  assert.ok(chart !== undefined);
  return renderSvg(chart, { width, theme: themes.light });
}

describe('max clients', () => {
  for (const width of [760, 340]) {
    test(`the bars say what was held, what was not, and why, ${width} pixels wide`, () => {
      const words = wordsOf(drawn(width, plain));
      for (const text of [
        'blocking',
        'async',
        '1,563, not 1,564 · memory maps',
        '17,678, not 17,679 · server descriptors',
        '0, not 1 · CPU saturated',
        '≥ 7,545 · time limit',
      ]) {
        assert.ok(words.includes(text), `${text} in ${words}`);
      }
    });
  }

  test('each trial has a dot, and a pale part ends at what was not held', () => {
    const [several, one] = [drawn(760, crowded), drawn(760, plain)];
    assert.equal(several.match(/<circle/g)?.length, 8);
    assert.equal(one.match(/<circle/g), null);
    assert.ok(several.includes('stroke-dasharray'));
  });

  test('the description has the texts of the bars', () => {
    assert.match(
      maxClientsChart([plain])?.alt ?? '',
      /^Connected, silent: blocking 1,563, not 1,564, stopped by memory maps; async 17,678/,
    );
  });

  test('the subtitle explains a dot at the left end of the axis', () => {
    assert.match(wordsOf(drawn(760, crowded)), /dots: single trials, at the left end those that held none/);
    assert.doesNotMatch(wordsOf(drawn(760, plain)), /held none/);
  });

  test('the most frequent cause comes first, with its number of trials', () => {
    const words = wordsOf(drawn(760, crowded));
    assert.ok(words.includes('event loop saturated (2 of 3 trials), fleet out of descriptors'), words);
  });

  test('a contender without a value is shown as not measured', () => {
    assert.match(wordsOf(drawn(760, crowded)), /blocking-2 (.* )?not measured/);
  });

  test('sending clients with different intervals have different panels', () => {
    const words = wordsOf(drawn(760, plain, crowded));
    assert.match(words, /At one message a second/);
    assert.match(words, /At one message every 250 ms/);
  });

  test('sending clients with messages of different sizes have different panels', () => {
    const { config } = plain.summary;
    const larger = { ...plain, summary: { ...plain.summary, config: { ...config, messageBytes: 20_480 } } };
    const words = wordsOf(drawn(760, plain, larger));
    for (const bytes of ['10,240', '20,480'])
      assert.ok(words.includes(`At one message of ${bytes} bytes a second`), words);
  });

  test('a phase that was not planned is left out', () => {
    const only = runEntry({ contenders: 'async', only: 'connected' });
    const words = wordsOf(drawn(760, measuredRun([only, ...searched('connected', 'async', [[5, 'unknown']])])));
    assert.match(words, /Connected/);
    assert.doesNotMatch(words, /At one message/);
  });

  test('every cause fits into a narrow picture', () => {
    const four = ['async', 'async-2', 'async-3', 'async-4'] as const;
    for (let first = 0; first < causes.length; first += four.length) {
      const some = causes.slice(first, first + four.length);
      const run = measuredRun([
        runEntry({ contenders: 'async,async,async,async' }),
        ...some.flatMap((cause, index) => searched('sending', four[index] ?? 'async', [[1_234_567, cause]])),
      ]);
      const words = wordsOf(drawn(340, run));
      for (const cause of some) assert.ok(words.includes(cause), `${cause} in ${words}`);
    }
  });
});
