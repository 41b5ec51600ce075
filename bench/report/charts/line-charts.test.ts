import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Entry } from '../../record/record.ts';
import { defectsOf, measuredRun, wordsOf } from '../../testing/pictures.ts';
import { rampEntries, rampStep } from '../../testing/ramp-entries.ts';
import { buildEntries, memoryEntries, runEntry, verdictOf } from '../../testing/runs.ts';
import { fleetWindow, histogramOf } from '../../testing/samples.ts';
import type { MeasuredRun } from '../measured-run.ts';
import { type Chart, chartsOf } from './chart.ts';
import { latencyChart } from './latency.ts';
import { rampMemoryChart } from './ramp-memory.ts';
import { renderSvg } from './svg.ts';
import { themes } from './theme.ts';
import { timelineCharts } from './timeline.ts';

/** 1 to 2,000 ms. */
const window = fleetWindow({
  correctedMicroseconds: histogramOf(...Array.from({ length: 2_000 }, (_, index) => (index + 1) * 1_000)),
  uncorrectedMicroseconds: histogramOf(...Array.from({ length: 1_990 }, (_, index) => (index + 1) * 500)),
});
const memory = (contender: 'async' | 'blocking') =>
  memoryEntries(contender)
    .filter((entry) => entry.type !== 'fleet' || entry.process === 0)
    .map((entry): Entry => (entry.type === 'fleet' ? { ...entry, line: window } : entry));

const seconds = Array.from({ length: 60 }, (_, index) => ({
  at: 1_000 + index * 1_000,
  clients: index * 100,
  rssBytes: 100e6 + index * 20e6,
  messages: index * index * 50,
}));
const steps = new Map([
  [20, rampStep(2_000)],
  [21, rampStep(2_100, 'void')],
  [59, rampStep(5_900, 'failed')],
]);
const judged = seconds.map((second, index) => {
  const step = steps.get(index);
  return step === undefined ? second : { ...second, step };
});
const begin = runEntry({ contenders: 'blocking,async' });
const entries: Entry[] = [
  begin,
  ...memory('blocking'),
  ...memory('async'),
  ...rampEntries(seconds),
  ...rampEntries(judged, { phase: 'sending', stop: verdictOf('event loop saturated') }),
  ...rampEntries(
    [
      { at: 1_000, clients: 0, rssBytes: 60e6 },
      { at: 2_000, clients: 10, rssBytes: 200e6, step: rampStep(10) },
      { at: 3_000, clients: 40, rssBytes: 1.2e9, step: rampStep(100, 'failed') },
    ],
    { contender: 'blocking', stop: verdictOf('memory maps') },
  ),
];
const run = measuredRun(entries);
const others = ['Raspberry Pi 4, Node 26.10.0', 'Raspberry Pi 5, Node 26.10.0', 'a <small> machine'];
const several = others.map((label) => measuredRun(entries, label));
const withoutCurves = measuredRun([begin, ...buildEntries('async', [[100, 20]])]);

const lineCharts = (runs: readonly MeasuredRun[]): Chart[] =>
  [rampMemoryChart, latencyChart, timelineCharts].flatMap((chart) => chart(runs) ?? []);

function wordsAt(width: number, chart: Chart | undefined): string {
  assert.ok(chart !== undefined);
  return wordsOf(renderSvg(chart, { width, theme: themes.light }));
}
const timelineOf = (contender: string) => timelineCharts([run]).find(({ name }) => name === `timeline-${contender}`);

describe('a chart of lines', () => {
  test('has no text that is cut or lies on another', () => {
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

  test('says where its numbers are from, and of several runs which is which', () => {
    for (const chart of lineCharts([run])) assert.match(wordsAt(760, chart), /Cortex-A72, 4 cores; fleet on the same/);
    for (const chart of lineCharts(several)) {
      const words = wordsAt(340, chart);
      for (const label of others) assert.ok(words.includes(`${label}:`) && words.includes(label), label);
    }
  });

  test('leaves out the run that has nothing to show in it', () => {
    const words = wordsAt(760, rampMemoryChart([run, { ...withoutCurves, label: 'another one' }]));
    assert.doesNotMatch(words, /another one/);
    assert.match(words, /vm-0123456789ab: silent clients/);
  });
});

describe('memory against clients', () => {
  const chart = rampMemoryChart([run]);

  test('is of silent and of sending clients, in units', () => {
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

  test('is told in words', () => {
    assert.match(chart?.alt ?? '', /Silent clients: blocking 200 MB at 5 clients, 1\.2 GB at 25 clients; async/);
  });
});

describe('latency percentiles', () => {
  const chart = latencyChart([run]);

  test('have an axis of nines, no further than the messages bear out', () => {
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
    // One a contender, and each where one of all messages is slower than the others.
    assert.deepEqual(
      slowest.map(([share, value = 0]) => [share, Math.round(value)]),
      [
        [2_000, 2_001],
        [2_000, 2_001],
      ],
    );
  });

  test('are told in words', () =>
    assert.match(chart?.alt ?? '', /async p50 1 s, p99 1\.98 s, p99\.9 2 s, maximum 2 s/));
});

describe('the story of a ramp', () => {
  test('writes verdicts in words or marks, the clients of each step, and the cause', () => {
    const words = wordsAt(760, timelineOf('async'));
    for (const word of [
      '2,000 ✓ passed',
      '? void',
      '5,900 ✗ failed',
      'Stopped at 5,900 clients: event loop saturated',
    ]) {
      assert.ok(words.includes(word), word);
    }
    assert.match(words, /Clients .*Messages a second .*CPU of the server \(cores\) .*Resident memory \(RSS\) .*Delay/);
    for (const word of ['1 GB', '1 ms', 'seconds since the server was started']) assert.ok(words.includes(word), word);
  });

  test('writes in a narrow band no more than its mark', () => {
    const words = wordsAt(340, timelineOf('async'));
    assert.match(words, /2,000 ✓ passed 5,900|2,000 ✓ passed \? /);
    assert.doesNotMatch(words, /2,100/);
  });

  test('leaves out a panel without data', () => {
    const words = wordsAt(760, timelineOf('blocking'));
    assert.doesNotMatch(words, /Messages a second/);
    assert.match(words, /silent clients \(connected-1-blocking\/1\)/);
  });

  test('is told in words', () => {
    assert.match(
      timelineOf('async')?.alt ?? '',
      /^Sending clients: 2,000 passed, 2,100 void, 5,900 failed\. It ended by: event loop saturated\. At most: 5,900 clients, 5,\d+ messages a second, 0\.75 cores of CPU, 1\.28 GB of memory/,
    );
  });

  test('is of one run alone', () => assert.deepEqual(timelineCharts(several), []));

  test('leaves a gap where no delay was seen, and bridges counts', () => {
    const [first] = run.curves.timelines.filter(({ contender }) => contender === 'async');
    assert.ok(first !== undefined);
    const points = first.points.map((point) =>
      point.seconds < 10 || point.seconds > 20 ? point : { seconds: point.seconds, rssBytes: 1e9 },
    );
    const gappy = { ...run, curves: { ...run.curves, timelines: [{ ...first, points }] } };
    const option = JSON.stringify(timelineCharts([gappy])[0]?.draw({ width: 760, theme: themes.light }).option);
    assert.equal(option.match(/,null\]/g)?.length, 1);
  });
});
