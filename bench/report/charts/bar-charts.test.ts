import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import type { Entry } from '../../record/record.ts';
import { begin, crowded, plain, searched } from '../../testing/charted-runs.ts';
import { defectsOf, measuredRun, wordsOf } from '../../testing/pictures.ts';
import { buildEntries, memoryEntries, runEntry } from '../../testing/runs.ts';
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

const many = ['One', 'Raspberry Pi 4, Node 26.10.0', 'Raspberry Pi 5, Node 26.10.0', 'x'.repeat(60), '5', '6'].map(
  (label, index) => ({ ...(index % 2 === 0 ? plain : crowded), label }),
);

describe('no text is cut or overlaps another', () => {
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
});

describe('cost and build', () => {
  test('both panels have values with units', () => {
    const words = wordsAt(340, costChart([plain]));
    assert.ok(words.includes('Memory per client') && words.includes('1 MB'), words);
    assert.ok(words.includes('CPU time per client, each second') && words.includes('1,000 µs'), words);
    assert.ok(/\d clients, one message a second each/.test(words), words);
    assert.ok(wordsAt(760, buildChart([plain])).includes('1,200 ms'));
  });

  test('the reading explains only what the chart shows', () => {
    const begun = measuredRun([runEntry({ contenders: 'async', only: 'memory' }), ...memoryEntries('async')]);
    const { summary } = begun;
    const { async } = summary.contenders;
    assert.ok(async !== undefined);
    const without = { ...async, cpuMicrosecondsPerMessage: { absent: 'it was too short' } };
    const short = { ...begun, summary: { ...summary, contenders: { async: without } } };
    assert.match(costChart([begun])?.reading ?? '', /one whole core/);
    assert.doesNotMatch(costChart([short])?.reading ?? '', /core/);
  });

  test('CPU time each second is the CPU time of the messages in a second', () => {
    const often = measuredRun([runEntry({ contenders: 'async', intervalMs: '250' }), ...memoryEntries('async')]);
    assert.ok(wordsAt(760, costChart([often])).includes('4,000 µs'));
  });

  test('a run without the phase is left out, and still decides colours', () => {
    const only = measuredRun(
      [runEntry({ contenders: 'async', only: 'connected' }), ...searched('connected', 'async', [[5, 'unknown']])],
      'silent alone',
    );
    for (const chart of [costChart([only, plain]), buildChart([only, plain])]) {
      assert.ok(chart !== undefined);
      const svg = renderSvg(chart, { width: 760, theme });
      assert.doesNotMatch(wordsOf(svg), /silent alone/);
      assert.equal(wordsOf(svg).split(plain.label).length - 1, 3, 'its name, in each panel and as the source');
      const blue = `fill="${theme.contenders[0]}"`;
      const first = svg.indexOf(blue);
      assert.ok(first > svg.indexOf(`fill="${theme.contenders[1]}"`), 'blue is async, which comes first in `only`');
    }
  });

  test('runs of different loads name their load', () => {
    const words = wordsAt(760, costChart([plain, { ...crowded, label: 'often' }]));
    assert.match(words, /often: \d+ clients, one message every 250 ms each/);
  });
});

type Tip = (of: { dataIndex: number }) => string;
const tipsSchema = z.object({
  series: z.array(
    z.object({ tooltip: z.object({ formatter: z.custom<Tip>((value) => typeof value === 'function') }) }),
  ),
});

describe('every chart', () => {
  test('has a tooltip that says why a bar is missing, and escapes the text of a record', () => {
    const failed: Entry = {
      type: 'trialEnd',
      trial: 'connected-1-blocking',
      outcome: 'failed',
      code: 'X',
      message: '<img src=x onerror=alert(1)>',
    };
    const run = measuredRun([
      begin,
      {
        type: 'trial',
        trial: 'connected-1-blocking',
        phase: 'connected',
        contender: 'blocking',
        monotonicMilliseconds: 0,
      },
      failed,
      ...searched('connected', 'async', [[5, 'unknown']]),
    ]);
    const drawn = maxClientsChart([run])?.draw({ width: 760, theme });
    const tip = tipsSchema.parse(drawn?.option).series[0]?.tooltip.formatter({ dataIndex: 0 });
    assert.equal(tip, 'blocking\nnot measured: &lt;img src=x onerror=alert(1)&gt;');
  });

  for (const chart of charts([plain])) {
    test(`${chart.name} has its title, its source and a description with the numbers`, () => {
      const svg = renderSvg(chart, { width: 340, theme });
      assert.ok(wordsOf(svg).includes(chart.title));
      assert.ok(wordsOf(svg).replaceAll(' ', '').includes(plain.label), 'source');
      assert.match(svg, /^<svg [^>]* role="img"><title>[^<]+<\/title><desc>[^<]*blocking [^<]*\d[^<]*<\/desc>/);
    });
  }

  test('is absent when nothing was measured', () => {
    assert.deepEqual(charts([]), []);
    assert.deepEqual(charts([measuredRun([begin])]), []);
  });

  test('puts the bars of each of several runs under its name', () => {
    const words = wordsAt(760, buildChart([plain, { ...plain, label: 'Another' }]));
    assert.equal(words.match(/1,200 ms/g)?.length, 4);
    assert.equal(words.match(/Another(?!:)/g)?.length, 2);
  });

  test('gives a contender one colour in all runs', () => {
    const alone = measuredRun([runEntry({ contenders: 'async' }), ...buildEntries('async', [[1_000, 200]])], 'alone');
    const chart = buildChart([plain, alone]);
    assert.ok(chart !== undefined);
    const svg = renderSvg(chart, { width: 760, theme });
    // Each of the two panels shows async of two runs, and blocking of one.
    assert.equal(svg.split(`fill="${theme.contenders[1]}"`).length - 1, 4);
    assert.equal(svg.split(`fill="${theme.contenders[0]}"`).length - 1, 2);
  });
});
