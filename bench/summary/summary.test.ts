import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BenchError } from '../errors.ts';
import { type Cause, causes } from '../record/causes.ts';
import type { Entry } from '../record/record.ts';
import { type Figure, isMeasured } from '../stats/figure.ts';
import {
  buildEntries,
  endEntry,
  memoryEntries,
  rateEntries,
  runEntry,
  searchEntries,
  stepOf,
  trialEntry,
  verdictOf,
} from '../testing/runs.ts';
import type { ContenderSummary } from './contender-summary.ts';
import { type Summary, summarize, summarySchema } from './summary.ts';

function async(summary: Summary): ContenderSummary {
  const contender = summary.contenders.async;
  assert.ok(contender !== undefined);
  return contender;
}
function measured(figure: Figure): number {
  assert.ok(isMeasured(figure), JSON.stringify(figure));
  return figure.median;
}
function figuresOf(contender: ContenderSummary): [string, Figure][] {
  const { maxClientsConnected, maxClientsSending, tlsConnectionsHaveKnee: _, ...others } = contender;
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
  ...searchEntries('connected', 'async', [10, 20, 40], verdictOf('target reached')),
  ...searchEntries('sending', 'async', [10, 20], verdictOf('event loop saturated')),
  ...rateEntries('async'),
  endEntry(),
];
const withSearch = (...search: Entry[]) => async(summarize([runEntry({ contenders: 'async' }), ...search, endEntry()]));

describe('summary of a record', () => {
  test('follows its schema, and stays the same when written and read', () => {
    const summary = summarize(complete);
    assert.deepEqual(summarySchema.parse(JSON.parse(JSON.stringify(summary))), summary);
    assert.equal(summary.outcome, 'complete');
    assert.deepEqual(Object.keys(summary.contenders), ['async']);
  });

  test('has every figure of a complete run', () => {
    for (const [name, figure] of figuresOf(async(summarize(complete)))) assert.ok(isMeasured(figure), name);
  });

  test('has the values that were measured', () => {
    const figures = async(summarize(complete));
    assert.deepEqual(figures.compileMilliseconds, {
      median: 1_250,
      min: 1_100,
      max: 1_400,
      interval: { low: 1_100, high: 1_400 },
      values: [1_100, 1_400, 1_250],
    });
    assert.equal(measured(figures.typeCheckMilliseconds), 1_000);
    assert.equal(measured(figures.bundleMilliseconds), 250);
    assert.equal(measured(figures.bundleBytes), 80_000);
    assert.equal(measured(figures.rssBytes), 60_000_000);
    assert.equal(measured(figures.rssBytesPerClient), 1_000_000);
    assert.equal(measured(figures.maxClientsConnected.clients), 40);
    assert.equal(measured(figures.maxClientsSending.clients), 20);
    assert.equal(measured(figures.maxClientsSending.failedClients), 21);
    // Clients per second at the last rate before the one that failed.
    assert.equal(measured(figures.tlsConnectionsPerSecond), 200);
    assert.equal(figures.tlsConnectionsHaveKnee, true);
    assert.equal(measured(figures.tlsConnectionP50Milliseconds), 3);
    assert.equal(measured(figures.tlsConnectionP99Milliseconds), 9);
    assert.equal(measured(figures.httpsRequestsPerSecond), 9_000);
    assert.equal(measured(figures.httpsRequestsPerSecondReconnecting), 500);
  });

  test('of several trials has the median and spread of each figure, in their order', () => {
    const slow = verdictOf('CPU saturated');
    const { clients, failedClients } = withSearch(
      ...searchEntries('connected', 'async', [10, 30], slow, 1),
      ...searchEntries('connected', 'async', [10], slow, 2),
      ...searchEntries('connected', 'async', [10, 20], slow, 3),
    ).maxClientsConnected;
    assert.deepEqual(clients, {
      median: 20,
      min: 10,
      max: 30,
      interval: { low: 10, high: 30 },
      values: [30, 10, 20],
    });
    assert.deepEqual(failedClients, {
      median: 21,
      min: 11,
      max: 31,
      interval: { low: 11, high: 31 },
      values: [31, 11, 21],
    });
  });

  test('has a reason for each absent figure, and never 0', () => {
    const summary = summarize([runEntry(), endEntry('interrupted')]);
    assert.equal(summary.outcome, 'interrupted');
    for (const contender of Object.values(summary.contenders)) {
      for (const [name, figure] of figuresOf(contender)) {
        assert.ok(!isMeasured(figure), name);
        assert.match(figure.absent, /^not built$|^no .* (finished|passed)$/);
      }
    }
  });

  test('of an interrupted run has the figures measured before', () => {
    const { trial: search } = trialEntry('sending', 'async');
    const begun = { ...trialEntry('sending', 'async'), trial: `${search}/1`, search };
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
    assert.deepEqual(figures.maxClientsSending.clients, { absent: 'no search was finished' });
    assert.deepEqual(figures.maxClientsSending.stops, []);
  });

  test('of a record without an end is unfinished', () => {
    assert.equal(summarize(complete.slice(0, -1)).outcome, 'unfinished');
  });

  test('of a search that failed has a reason, and no number of clients, not even 0', () => {
    const failed: Entry = {
      type: 'trialEnd',
      trial: 'connected-1-async/1',
      outcome: 'failed',
      code: 'PROCESS_FAILED',
      message: 'it broke',
    };
    const attempt = { ...trialEntry('connected', 'async'), trial: failed.trial, search: 'connected-1-async' };
    const step: Entry = { type: 'step', trial: failed.trial, step: stepOf({ clientsRequested: 10 }) };
    for (const entries of [
      [attempt, failed],
      [attempt, step, failed],
    ]) {
      const { clients, failedClients, stops } = withSearch(...entries).maxClientsConnected;
      assert.deepEqual([clients, failedClients], [{ absent: 'it broke' }, { absent: 'it broke' }]);
      assert.deepEqual(stops, []);
    }
  });

  test('counts a first step that failed as 0 clients: that was measured', () => {
    const entries = searchEntries('connected', 'async', [], verdictOf('CPU saturated'));
    const { clients, failedClients, isLowerBound } = withSearch(...entries).maxClientsConnected;
    assert.equal(measured(clients), 0);
    assert.equal(measured(failedClients), 1);
    assert.equal(isLowerBound, false);
  });

  const notTheServers: Cause[] = [
    'target reached',
    'time limit',
    'fleet saturated',
    'fleet out of ports',
    'fleet out of descriptors',
  ];
  for (const cause of causes) {
    const isBound = !notTheServers.includes(cause);
    test(`a search that was stopped by "${cause}" gives ${isBound ? 'a limit' : 'a lower bound'}`, () => {
      const stop = verdictOf(cause, ['network card']);
      const found = withSearch(...searchEntries('connected', 'async', [10], stop)).maxClientsConnected;
      assert.equal(found.isLowerBound, !isBound);
      assert.equal(found.isNarrow, isBound);
      assert.deepEqual(found.stops, [stop]);
      assert.deepEqual(
        found.failedClients,
        isBound
          ? { median: 11, min: 11, max: 11, values: [11] }
          : { absent: 'nothing about the server ended the search' },
      );
    });
  }

  test('of several searches is a lower bound, and is not narrow, when one of them is', () => {
    const { clients, failedClients, isLowerBound, isNarrow, stops } = withSearch(
      ...searchEntries('connected', 'async', [10], verdictOf('CPU saturated'), 1),
      ...searchEntries('connected', 'async', [40], verdictOf('target reached'), 2),
    ).maxClientsConnected;
    assert.deepEqual([isLowerBound, isNarrow], [true, false]);
    assert.equal(measured(clients), 25);
    assert.deepEqual(failedClients, { median: 11, min: 11, max: 11, values: [11] });
    assert.deepEqual(stops, [verdictOf('CPU saturated'), verdictOf('target reached')]);
  });

  test('has each warning once', () => {
    const warning: Entry = { type: 'warning', message: 'the fan is off' };
    assert.deepEqual(summarize([...complete, warning, warning]).warnings, ['the fan is off']);
  });

  test('has the reason for a missing single executable', () => {
    const entries = complete.map((entry): Entry => {
      if (entry.type !== 'executable') return entry;
      return { type: entry.type, contender: entry.contender, failure: 'the disk is full' };
    });
    assert.deepEqual(async(summarize(entries)).executableBytes, { absent: 'the disk is full' });
  });

  test('of no run is refused', () => {
    assert.throws(
      () => summarize([]),
      (error) => error instanceof BenchError && error.code === 'RECORD_UNREADABLE',
    );
  });

  test('says that a trial was too short for a figure, and not that there was no trial', () => {
    const isIdle = (entry: Entry) => entry.type === 'mark' && entry.name === 'idle';
    const entries = [runEntry(), ...memoryEntries('async').filter((entry) => !isIdle(entry)), endEntry()];
    const { idleRssBytes, rssBytes } = async(summarize(entries));
    assert.ok(isMeasured(rssBytes));
    assert.deepEqual(idleRssBytes, { absent: 'no memory trial was long enough for it' });
  });
});
