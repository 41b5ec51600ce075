import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BenchError } from './errors.ts';
import { type Cause, causes } from './limits/diagnose.ts';
import type { Entry } from './record.ts';
import { type Figure, isMeasured } from './stats.ts';
import { type ContenderSummary, type Summary, summarize, summarySchema } from './summary.ts';
import { buildEntries, endEntry, memoryEntries, rampEntries, runEntry, stepOf, trialEntry } from './testing/runs.ts';

function async(summary: Summary): ContenderSummary {
  const contender = summary.contenders.async;
  assert.ok(contender !== undefined);
  return contender;
}
function measured(figure: Figure): number {
  assert.ok(isMeasured(figure), JSON.stringify(figure));
  return figure.median;
}
function figuresOf({ maxClientsConnected, maxClientsSending, ...others }: ContenderSummary): [string, Figure][] {
  return Object.entries({ ...others, connected: maxClientsConnected.clients, sending: maxClientsSending.clients });
}

const complete: Entry[] = [
  runEntry({ contenders: 'async' }),
  ...buildEntries('async', [
    [900, 200],
    [1_100, 300],
    [1_000, 250],
  ]),
  ...memoryEntries('async'),
  ...rampEntries('silent-ramp', 'async', [10, 20, 40], 'target reached'),
  ...rampEntries('sending-ramp', 'async', [10, 20], 'event loop saturated'),
  endEntry(),
];
const withRamp = (...ramp: Entry[]) => async(summarize([runEntry({ contenders: 'async' }), ...ramp, endEntry()]));

describe('summary of a record', () => {
  test('is what its schema says, and the same after being written and read', () => {
    const summary = summarize(complete);
    assert.deepEqual(summarySchema.parse(JSON.parse(JSON.stringify(summary))), summary);
    assert.equal(summary.outcome, 'complete');
    assert.deepEqual(Object.keys(summary.contenders), ['async']);
  });

  test('has every figure of a complete run', () => {
    for (const [name, figure] of figuresOf(async(summarize(complete)))) assert.ok(isMeasured(figure), name);
  });

  test('has the figures that were measured', () => {
    const figures = async(summarize(complete));
    assert.deepEqual(figures.compileMilliseconds, {
      median: 1_250,
      min: 1_100,
      max: 1_400,
      values: [1_100, 1_400, 1_250],
    });
    assert.equal(measured(figures.typeCheckMilliseconds), 1_000);
    assert.equal(measured(figures.bundleMilliseconds), 250);
    assert.equal(measured(figures.bundleBytes), 80_000);
    assert.equal(measured(figures.rssBytes), 60_000_000);
    assert.equal(measured(figures.rssBytesPerClient), 1_000_000);
    assert.equal(measured(figures.maxClientsConnected.clients), 40);
    assert.equal(measured(figures.maxClientsSending.clients), 20);
    // Three steps, each of 100 connections in 200 ms: the holds do not count.
    assert.equal(measured(figures.tlsConnectionsPerSecond), 500);
  });

  test('of several trials has the median and spread of each figure, in their order', () => {
    const { clients } = withRamp(
      ...rampEntries('silent-ramp', 'async', [10, 30], 'latency', 1),
      ...rampEntries('silent-ramp', 'async', [10], 'latency', 2),
      ...rampEntries('silent-ramp', 'async', [10, 20], 'latency', 3),
    ).maxClientsConnected;
    assert.deepEqual(clients, { median: 20, min: 10, max: 30, values: [30, 10, 20] });
  });

  test('says for each figure that is absent why, and never that it is 0', () => {
    const summary = summarize([runEntry(), endEntry('interrupted')]);
    assert.equal(summary.outcome, 'interrupted');
    for (const contender of Object.values(summary.contenders)) {
      for (const [name, figure] of figuresOf(contender)) {
        assert.ok(!isMeasured(figure), name);
        assert.match(figure.absent, /^not built$|^no .* (finished|passed)$/);
      }
    }
  });

  test('of an interrupted run has what was measured before', () => {
    const begun = trialEntry('sending-ramp', 'async');
    const cutOff: Entry[] = [
      ...complete.slice(
        0,
        complete.findIndex((entry) => 'trial' in entry && entry.trial === begun.trial),
      ),
      begun,
      { type: 'step', trial: begun.trial, step: stepOf({ clientsRequested: 10 }) },
      endEntry('interrupted'),
    ];
    const figures = async(summarize(cutOff));
    assert.equal(measured(figures.maxClientsConnected.clients), 40);
    assert.deepEqual(figures.maxClientsSending.clients, { absent: 'no trial was finished' });
    assert.deepEqual(figures.maxClientsSending.stops, []);
  });

  test('of a record without an end is unfinished', () => {
    assert.equal(summarize(complete.slice(0, -1)).outcome, 'unfinished');
  });

  test('of a trial that broke off has no number of clients, not 0', () => {
    const begun = trialEntry('silent-ramp', 'async');
    const failed: Entry = {
      type: 'trialEnd',
      trial: begun.trial,
      outcome: 'failed',
      cause: 'PROCESS_FAILED',
      detail: 'it broke',
    };
    const step: Entry = { type: 'step', trial: begun.trial, step: stepOf({ clientsRequested: 10 }) };
    for (const entries of [
      [begun, failed],
      [begun, step, failed],
    ]) {
      const { clients, stops } = withRamp(...entries).maxClientsConnected;
      assert.ok(!isMeasured(clients));
      assert.deepEqual(stops, [{ cause: 'unknown', detail: 'it broke' }]);
    }
  });

  test('counts a first step that failed as 0 clients: that was measured', () => {
    const begun = trialEntry('silent-ramp', 'async');
    const { clients, isLowerBound } = withRamp(
      begun,
      { type: 'step', trial: begun.trial, step: stepOf({ clientsRequested: 10 }, 'failed') },
      { type: 'trialEnd', trial: begun.trial, outcome: 'complete', cause: 'latency', detail: 'slow' },
    ).maxClientsConnected;
    assert.equal(measured(clients), 0);
    assert.equal(isLowerBound, false);
  });

  test('reads nothing into a step that was void', () => {
    const begun = trialEntry('silent-ramp', 'async');
    const { clients, isLowerBound } = withRamp(
      begun,
      { type: 'step', trial: begun.trial, step: stepOf({ clientsRequested: 10 }) },
      { type: 'step', trial: begun.trial, step: stepOf({ clientsRequested: 20 }, 'void') },
      { type: 'trialEnd', trial: begun.trial, outcome: 'complete', cause: 'fleet saturated', detail: 'late' },
    ).maxClientsConnected;
    assert.equal(measured(clients), 10);
    assert.equal(isLowerBound, true);
  });

  const notTheServers: Cause[] = [
    'target reached',
    'time limit',
    'fleet saturated',
    'fleet out of ports',
    'fleet out of descriptors',
  ];
  for (const cause of causes) {
    test(`a ramp that ended by "${cause}" gives ${notTheServers.includes(cause) ? 'a lower bound' : 'a limit'}`, () => {
      const found = withRamp(...rampEntries('silent-ramp', 'async', [10], cause)).maxClientsConnected;
      assert.equal(found.isLowerBound, notTheServers.includes(cause));
      assert.deepEqual(found.stops, [{ cause, detail: `detail of ${cause}` }]);
    });
  }

  test('tells each warning once', () => {
    const warning: Entry = { type: 'warning', message: 'the fan is off' };
    assert.deepEqual(summarize([...complete, warning, warning]).warnings, ['the fan is off']);
  });

  test('gives the reason why there is no single executable', () => {
    const entries = complete.map((entry) => {
      if (entry.type !== 'bundle') return entry;
      const { executableBytes: _, ...sizes } = entry;
      return { ...sizes, executableFailure: 'the disk is full' };
    });
    assert.deepEqual(async(summarize(entries)).executableBytes, { absent: 'the disk is full' });
  });

  test('of no run is refused', () => {
    assert.throws(
      () => summarize([]),
      (error) => error instanceof BenchError && error.code === 'RECORD_UNREADABLE',
    );
  });
});
