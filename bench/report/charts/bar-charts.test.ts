import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Entrant } from '../../entrants.ts';
import { type Cause, causes } from '../../limits/causes.ts';
import type { Entry } from '../../record.ts';
import { contenderEntries } from '../../testing/contender-entries.ts';
import { defectsOf, measuredRun, wordsOf } from '../../testing/pictures.ts';
import { buildEntries, endEntry, memoryEntries, runEntry, searchEntries, verdictOf } from '../../testing/runs.ts';
import type { MeasuredRun } from '../measured-run.ts';
import { buildChart } from './build.ts';
import type { Chart } from './chart.ts';
import { costChart } from './cost.ts';
import { maxClientsChart } from './max-clients.ts';
import { renderSvg } from './svg.ts';
import { themes } from './theme.ts';

const theme = themes.light;
const widths = [760, 340] as const;

function charts(runs: readonly MeasuredRun[]): Chart[] {
  return [maxClientsChart, costChart, buildChart].flatMap((chart) => chart(runs) ?? []);
}

function wordsAt(width: number, chart: Chart | undefined): string {
  assert.ok(chart !== undefined);
  return wordsOf(renderSvg(chart, { width, theme }));
}

type Trial = [clients: number, cause: Cause];

function searched(phase: 'connected' | 'sending', contender: Entrant, trials: readonly Trial[]): Entry[] {
  return trials.flatMap(([clients, cause], index) =>
    searchEntries(phase, contender, [clients], verdictOf(cause), index + 1),
  );
}

const begin = runEntry({ contenders: 'blocking,async', intervalMs: '1000' });
const plain = measuredRun([
  begin,
  ...contenderEntries('blocking', {
    connected: [[1_563], verdictOf('memory maps')],
    sending: [[0], verdictOf('CPU saturated')],
  }),
  ...contenderEntries('async', {
    connected: [[17_678], verdictOf('server descriptors')],
    sending: [[7_545], verdictOf('time limit')],
  }),
  endEntry(),
]);

/** The worst that a run may bring: four contenders, many trials far apart, long causes, and nothing of one of them. */
const crowded = measuredRun(
  [
    runEntry({ contenders: 'async,async,blocking,blocking', intervalMs: '250' }),
    ...searched('connected', 'async', [
      [10_000, 'fleet out of descriptors'],
      [100_000, 'event loop saturated'],
      [60_000, 'event loop saturated'],
    ]),
    ...searched('sending', 'async', [
      [3, 'CPU saturated'],
      [9_000, 'handshake deadline'],
      [0, 'cgroup memory limit'],
    ]),
    ...searched('connected', 'async-2', [
      [0, 'kernel OOM killer'],
      [40, 'thread creation'],
    ]),
    ...searched('connected', 'blocking', [[0, 'unknown']]),
    ...buildEntries('async', [
      [100, 20],
      [900, 30],
      [5_000, 40],
    ]),
    ...buildEntries('blocking-2', [[15_000, 300]]),
    ...memoryEntries('async'),
    endEntry('interrupted'),
  ],
  'Raspberry Pi 4 Model B Rev 1.5, Node 26.10.0, overclocked',
);

const many = ['One', 'Raspberry Pi 4, Node 26.10.0', 'Raspberry Pi 5, Node 26.10.0', 'x'.repeat(60), '5', '6'].map(
  (label, index) => ({ ...(index % 2 === 0 ? plain : crowded), label }),
);

describe('nothing is cut, and nothing lies on anything', () => {
  const cases: [title: string, runs: MeasuredRun[]][] = [
    ['one run', [plain]],
    ['four contenders, many trials', [crowded]],
    ['six runs', many],
    ['a single contender', [measuredRun([runEntry({ contenders: 'async' }), ...buildEntries('async', [[1, 1]])])]],
  ];
  for (const [title, runs] of cases) {
    for (const width of widths) {
      for (const chart of charts(runs)) {
        test(`${title}: ${chart.name}, ${width} pixels wide`, () => {
          assert.deepEqual(defectsOf(renderSvg(chart, { width, theme })), []);
        });
      }
    }
  }

  test('nor is it with any cause', () => {
    for (const cause of causes) {
      const run = measuredRun([begin, ...searched('sending', 'async', [[1_234_567, cause]])]);
      assert.ok(wordsAt(340, maxClientsChart([run])).includes(cause), cause);
    }
  });
});

describe('max clients', () => {
  for (const width of widths) {
    test(`what was held, what not, and why stand at the bars of ${width} pixels`, () => {
      const words = wordsAt(width, maxClientsChart([plain]));
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

  test('a dot a trial, and a pale end up to what was not held', () => {
    const [several, one] = [crowded, plain].map((run) => {
      const chart = maxClientsChart([run]);
      return chart === undefined ? '' : renderSvg(chart, { width: 760, theme });
    });
    assert.equal(several?.match(/<circle/g)?.length, 8);
    assert.equal(one?.match(/<circle/g), null);
    assert.ok(several?.includes('stroke-dasharray'));
  });

  test('the most frequent cause comes first, with how often it was', () => {
    const words = wordsAt(760, maxClientsChart([crowded]));
    assert.ok(words.includes('event loop saturated (2 of 3 trials), fleet out of descriptors'), words);
  });

  test('a contender without any stands there as not measured', () => {
    assert.match(wordsAt(760, maxClientsChart([crowded])), /blocking-2 (.* )?not measured/);
  });

  test('sending clients of different intervals do not share an axis', () => {
    const words = wordsAt(760, maxClientsChart([plain, crowded]));
    assert.match(words, /At one message a second/);
    assert.match(words, /At one message every 250 ms/);
  });

  test('a part that was not to be measured is left out', () => {
    const only = runEntry({ contenders: 'async', only: 'connected' });
    const words = wordsAt(
      760,
      maxClientsChart([measuredRun([only, ...searched('connected', 'async', [[5, 'unknown']])])]),
    );
    assert.match(words, /Connected/);
    assert.doesNotMatch(words, /At one message/);
  });
});

describe('cost and build', () => {
  test('both panels have their values with units', () => {
    const words = wordsAt(340, costChart([plain]));
    assert.ok(words.includes('Memory per client') && words.includes('1 MB'), words);
    assert.ok(words.includes('CPU time per client, each second') && words.includes('1,000 µs'), words);
    assert.ok(/\d clients, one message a second each/.test(words), words);
    assert.ok(wordsAt(760, buildChart([plain])).includes('1,200 ms'));
  });

  test('CPU time a second is that of a message by its interval', () => {
    const often = measuredRun([runEntry({ contenders: 'async', intervalMs: '250' }), ...memoryEntries('async')]);
    assert.ok(wordsAt(760, costChart([often])).includes('4,000 µs'));
  });

  test('runs of different loads say which', () => {
    const words = wordsAt(760, costChart([plain, { ...crowded, label: 'often' }]));
    assert.match(words, /often: \d+ clients, one message every 250 ms each/);
  });
});

describe('every chart', () => {
  for (const chart of charts([plain])) {
    test(`${chart.name} has its title, its source and a description with the numbers`, () => {
      const svg = renderSvg(chart, { width: 340, theme });
      assert.ok(wordsOf(svg).includes(chart.title));
      assert.ok(wordsOf(svg).replaceAll(' ', '').includes(plain.label), 'source');
      assert.match(svg, /^<svg [^>]* role="img"><title>[^<]+<\/title><desc>[^<]*blocking [^<]*\d[^<]*<\/desc>/);
    });
  }

  test('there is none of what was not measured', () => {
    assert.deepEqual(charts([]), []);
    assert.deepEqual(charts([measuredRun([begin])]), []);
  });

  test('of several runs each bar is under the name of its run', () => {
    const words = wordsAt(760, buildChart([plain, { ...plain, label: 'Another' }]));
    assert.equal(words.match(/1,200 ms/g)?.length, 4);
    assert.equal(words.match(/Another(?!:)/g)?.length, 2);
  });

  test('a contender has one colour in all runs, whatever else ran there', () => {
    const alone = measuredRun([runEntry({ contenders: 'async' }), ...buildEntries('async', [[1_000, 200]])], 'alone');
    const chart = buildChart([plain, alone]);
    assert.ok(chart !== undefined);
    const svg = renderSvg(chart, { width: 760, theme });
    // Two panels with two runs that have async, and one that has blocking.
    assert.equal(svg.split(`fill="${theme.contenders[1]}"`).length - 1, 4);
    assert.equal(svg.split(`fill="${theme.contenders[0]}"`).length - 1, 2);
  });
});
