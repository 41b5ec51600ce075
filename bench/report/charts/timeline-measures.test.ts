import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RampTimeline, TimelineStep } from '../../curves/points.ts';
import { mostOfEach, silence, tipOf } from './timeline-measures.ts';

const step: TimelineStep = { fromSeconds: 0, toSeconds: 5, clients: 100, verdict: 'passed', reasons: [] };
const timeline: Pick<RampTimeline, 'points' | 'steps'> = {
  points: [
    { seconds: 1, clients: 90, messagesPerSecond: 50, cpuCores: 0.5, rssBytes: 80e6, loopDelayMilliseconds: 2.5 },
    { seconds: 6.2, rssBytes: 1.5e9 },
    { seconds: 9, clients: 1_563, rssBytes: 1.4e9 },
  ],
  steps: [step, { ...step, fromSeconds: 5, toSeconds: 9, clients: 2_000, verdict: 'failed', reasons: ['3 < 4'] }],
};

describe('a moment of a ramp', () => {
  test('has every value, in the order of the panels, below its step', () => {
    assert.deepEqual(tipOf(timeline, 2).split('\n'), [
      '<b>1 s</b>',
      'step of 100 clients: passed',
      '90 clients',
      '50 messages a second',
      '0.5 cores of CPU',
      '80 MB of memory',
      '2.5 ms of loop delay',
    ]);
  });

  test('has only known values, and says why its step failed', () => {
    assert.deepEqual(tipOf(timeline, 6).split('\n'), [
      '<b>6.2 s</b>',
      'step of 2,000 clients: failed',
      '3 &lt; 4',
      '1.5 GB of memory',
    ]);
    assert.equal(tipOf({ points: [], steps: [] }, 6), '');
  });
});

test('the highest value of each panel has its unit', () =>
  assert.deepEqual(mostOfEach(timeline.points), [
    '1,563 clients',
    '50 messages a second',
    '0.5 cores of CPU',
    '1.5 GB of memory',
    '2.5 ms of loop delay',
  ]));

test('a sentence names a server that fell silent, but not one that reported two points before the end', () => {
  const seen = (...seconds: number[]) => seconds.map((second) => ({ seconds: second, rssBytes: 1 }));
  const reported = { seconds: 175.2, clients: 9 };
  assert.equal(silence([reported, ...seen(176, 177, 178)]), 'The server reported nothing after 175 s');
  assert.equal(silence([reported, ...seen(176, 177)]), undefined);
  assert.equal(silence(seen(1, 2, 3, 4)), undefined);
});
