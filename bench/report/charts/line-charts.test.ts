import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { linedAs, lined as run } from '../../testing/lined-run.ts';
import { defectsOf, measuredRun, wordsOf } from '../../testing/pictures.ts';
import { buildEntries, runEntry } from '../../testing/runs.ts';
import type { MeasuredRun } from '../measured-run.ts';
import { chartsOf } from './all.ts';
import type { Chart } from './chart.ts';
import { latencyChart } from './latency.ts';
import { inRows } from './panels.ts';
import { rampMemoryChart } from './ramp-memory.ts';
import { renderSvg } from './svg.ts';
import { themes } from './theme.ts';
import { timelineCharts } from './timeline.ts';

const others = ['Raspberry Pi 4, Node 26.10.0', 'Raspberry Pi 5, Node 26.10.0', 'a <small> machine'];
const several = others.map(linedAs);
const colours = z.object({
  series: z.array(z.object({ name: z.string(), itemStyle: z.object({ color: z.string() }) })),
});
const withoutCurves = measuredRun([runEntry({ contenders: 'blocking,async' }), ...buildEntries('async', [[100, 20]])]);

const lineCharts = (runs: readonly MeasuredRun[]): Chart[] =>
  [rampMemoryChart, latencyChart, timelineCharts].flatMap((chart) => chart(runs) ?? []);

function wordsAt(width: number, chart: Chart | undefined): string {
  assert.ok(chart !== undefined);
  return wordsOf(renderSvg(chart, { width, theme: themes.light }));
}
describe('a chart of lines', () => {
  test('has no text that is cut or overlaps another', () => {
    for (const runs of [[run], [...several, run]]) {
      for (const chart of lineCharts(runs)) {
        for (const width of [760, 340]) {
          const svg = renderSvg(chart, { width, theme: themes.dark });
          assert.deepEqual(defectsOf(svg), [], `${chart.name} of ${runs.length} runs, ${width} wide`);
        }
      }
    }
  });

  test('is not drawn where there is nothing to show', () => {
    assert.deepEqual(lineCharts([withoutCurves]), []);
    assert.deepEqual(lineCharts([]), []);
    assert.deepEqual(
      chartsOf([run]).flatMap(({ name }) => (/memory|latency|timeline/.test(name) ? [name] : [])),
      ['ramp-memory', 'latency', 'timeline-blocking', 'timeline-async'],
    );
  });

  test('names the source of its numbers, and each of several runs', () => {
    for (const chart of lineCharts([run])) assert.match(wordsAt(760, chart), /Cortex-A72, 4 cores; fleet on the same/);
    for (const chart of lineCharts(several)) {
      const words = wordsAt(340, chart);
      for (const label of others) assert.ok(words.includes(`${label}:`) && words.includes(label), label);
    }
  });

  test('stands two by two with four runs, and three in a row with six', () => {
    assert.deepEqual(inRows([1, 2, 3, 4]), [
      [1, 2],
      [3, 4],
    ]);
    assert.deepEqual(
      [1, 2, 3, 5, 6, 7].map((count) => inRows(Array.from({ length: count })).map(({ length }) => length)),
      [[1], [2], [3], [3, 2], [3, 3], [3, 3, 1]],
    );
  });

  test('has the colours of the other charts, even when it leaves out a run', () => {
    const asyncFirst = measuredRun([runEntry({ contenders: 'async' }), ...buildEntries('async', [[100, 20]])]);
    for (const chart of lineCharts([asyncFirst, run])) {
      const { series } = colours.parse(chart.draw({ width: 760, theme: themes.light }).option);
      const ofBlocking = series.filter(({ name }) => name === 'blocking').map(({ itemStyle }) => itemStyle.color);
      assert.deepEqual([...new Set(ofBlocking)], [themes.light.contenders[1]], chart.name);
    }
  });

  test('leaves out a run without data', () => {
    const words = wordsAt(760, rampMemoryChart([run, { ...withoutCurves, label: 'another one' }]));
    assert.doesNotMatch(words, /another one/);
    assert.match(words, /vm-0123456789ab: silent clients/);
  });
});

describe('memory against clients', () => {
  const chart = rampMemoryChart([run]);

  test('shows silent and sending clients, with units', () => {
    const words = wordsAt(760, chart);
    for (const word of [
      'Silent clients',
      'Sending clients',
      'blocking',
      'async',
      '1 GB',
      '100 MB',
      '1,000',
      'clients',
    ]) {
      assert.ok(words.includes(word), word);
    }
  });

  test('has a description in words', () => {
    assert.match(chart?.alt ?? '', /Silent clients: blocking 200 MB at 5 clients, 1\.2 GB at 25 clients; async/);
  });
});

describe('latency percentiles', () => {
  const chart = latencyChart([run]);

  test('have an axis of nines, which ends where the messages do', () => {
    const words = wordsAt(760, chart);
    for (const label of ['0 %', '90 %', '99 %', '99.9 %', 'percentile', '1 s', 'from the actual send']) {
      assert.ok(words.includes(label), label);
    }
    assert.doesNotMatch(words, /99\.99 %/);
    assert.match(words, /2,000 timed messages each/);
    const option = JSON.stringify(chart?.draw({ width: 760, theme: themes.light }).option);
    const points = [...option.matchAll(/\[([\d.]+),([\d.]+)\]/g)].map(([, share, value]) => [
      Number(share),
      Number(value),
    ]);
    const slowest = points.filter(([share = 0]) => share >= 2_000);
    // One point per contender, at the place of the slowest of all 2,000 messages.
    assert.deepEqual(
      slowest.map(([share, value = 0]) => [share, Math.round(value)]),
      [
        [2_000, 2_001],
        [2_000, 2_001],
      ],
    );
  });

  test('have a description in words', () =>
    assert.match(chart?.alt ?? '', /async p50 1 s, p99 1\.98 s, p99\.9 2 s, maximum 2 s/));
});
