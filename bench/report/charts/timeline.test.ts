import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { lined as run } from '../../testing/lined-run.ts';
import { wordsOf } from '../../testing/pictures.ts';
import type { Chart } from './chart.ts';
import { renderSvg } from './svg.ts';
import { themes } from './theme.ts';
import { timelineCharts } from './timeline.ts';

const shape = z.object({ formatter: z.function({ input: [z.array(z.unknown())], output: z.string() }) });
const timelineOf = (contender: string) => timelineCharts([run]).find(({ name }) => name === `timeline-${contender}`);

function wordsAt(width: number, chart: Chart | undefined): string {
  assert.ok(chart !== undefined);
  return wordsOf(renderSvg(chart, { width, theme: themes.light }));
}

describe('the timeline chart of a ramp', () => {
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

  test('writes upright in a narrow band, and nothing in one that is narrower than its mark', () => {
    const words = wordsAt(760, timelineOf('async'));
    assert.match(words, /\? 2,100/);
    const chart = timelineOf('async');
    assert.ok(chart !== undefined);
    assert.match(renderSvg(chart, { width: 760, theme: themes.light }), /matrix\(0,-1,1,0,[^>]*>\? 2,100</);
    const narrow = wordsAt(240, timelineOf('async'));
    assert.match(narrow, /2,000 ✓/);
    assert.doesNotMatch(narrow, /2,100/);
  });

  test('has a tooltip for the moment under the pointer', () => {
    const option = timelineOf('async')?.draw({ width: 760, theme: themes.light }).option;
    const { formatter } = shape.parse(option?.tooltip);
    assert.match(formatter([{ axisValue: 10.4 }]), /^<b>10\.5 s<\/b>\nstep of 2,000 clients: passed\n1,000 clients/);
  });

  test('leaves out a panel without data', () => {
    const words = wordsAt(760, timelineOf('blocking'));
    assert.doesNotMatch(words, /Messages a second/);
    assert.match(words, /silent clients \(trial connected-1-blocking\/1\)/);
  });

  test('has a description in words', () => {
    assert.match(
      timelineOf('async')?.alt ?? '',
      /^Sending clients: 2,000 passed, 2,100 void, 5,900 failed\. It ended by: event loop saturated\. At most: 5,900 clients, 5,\d+ messages a second, 0\.75 cores of CPU, 1\.28 GB of memory/,
    );
  });

  test('is drawn for a single run only', () => assert.deepEqual(timelineCharts([run, run]), []));

  test('bridges missing reports, and leaves a gap where a report has no value', () => {
    const [first] = run.curves.timelines.filter(({ contender }) => contender === 'async');
    assert.ok(first !== undefined);
    const gapsOf = (known: object) => {
      const points = first.points.map((point) =>
        point.seconds < 10 || point.seconds > 13 ? point : { seconds: point.seconds, rssBytes: 1e9, ...known },
      );
      const told = { ...run, curves: { ...run.curves, timelines: [{ ...first, points }] } };
      const option = JSON.stringify(timelineCharts([told])[0]?.draw({ width: 760, theme: themes.light }).option);
      return option.match(/,null\]/g)?.length ?? 0;
    };
    assert.equal(gapsOf({}), 0);
    assert.ok(gapsOf({ clients: 5 }) > 1);
  });
});
