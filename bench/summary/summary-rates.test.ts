import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Entry } from '../record/record.ts';
import type { Figure } from '../stats/figure.ts';
import { endEntry, rateEntries, runEntry, searchEntries, stepOf, trialEntry, verdictOf } from '../testing/runs.ts';
import type { ContenderSummary } from './contender-summary.ts';
import { summarize } from './summary.ts';

function summaryOf(...entries: Entry[]): ContenderSummary {
  const { async } = summarize([runEntry({ contenders: 'async' }), ...entries, endEntry()]).contenders;
  assert.ok(async !== undefined);
  return async;
}
const values = (figure: Figure) => ('values' in figure ? figure.values : figure.absent);
const isArrival = (verdict: string) => (entry: Entry) => entry.type === 'arrival' && entry.step.verdict === verdict;

/** The trials of arrivals and HTTPS with this number, without some of their entries. */
const without = (is: (entry: Entry) => boolean, number = 1) =>
  rateEntries('async', number).filter((entry) => !is(entry));

describe('summary of arrivals', () => {
  test('has the clients per second at the last rate before the knee, and the time to connect there', () => {
    const { tlsConnectionsPerSecond, tlsConnectionsHaveKnee, ...figures } = summaryOf(...rateEntries('async'));
    assert.deepEqual(values(tlsConnectionsPerSecond), [200]);
    assert.equal(tlsConnectionsHaveKnee, true);
    assert.deepEqual(values(figures.tlsConnectionP50Milliseconds), [3]);
    assert.deepEqual(values(figures.tlsConnectionP99Milliseconds), [9]);
  });

  test('has the highest rate, and no knee, when no rate failed', () => {
    const figures = summaryOf(...without(isArrival('failed')));
    assert.deepEqual(values(figures.tlsConnectionsPerSecond), [200]);
    assert.equal(figures.tlsConnectionsHaveKnee, false);
  });

  test('has a knee only when every trial has one', () => {
    const figures = summaryOf(...rateEntries('async', 1), ...without(isArrival('failed'), 2));
    assert.deepEqual(values(figures.tlsConnectionsPerSecond), [200, 200]);
    assert.equal(figures.tlsConnectionsHaveKnee, false);
  });

  test('has no figure, and not 0, when the first rate failed', () => {
    const figures = summaryOf(...without(isArrival('kept')));
    assert.equal(values(figures.tlsConnectionsPerSecond), 'no rate of arrivals passed');
    assert.equal(values(figures.tlsConnectionP99Milliseconds), 'no rate of arrivals passed');
    assert.equal(figures.tlsConnectionsHaveKnee, false);
  });
});

describe('summary of HTTPS requests', () => {
  test('has the answers per second over kept and over new connections', () => {
    const figures = summaryOf(...rateEntries('async', 1), ...rateEntries('async', 2));
    assert.deepEqual(values(figures.httpsRequestsPerSecond), [9_000, 9_000]);
    assert.deepEqual(values(figures.httpsRequestsPerSecondReconnecting), [500, 500]);
  });
});

for (const phase of ['arrivals', 'https'] as const) {
  test(`a trial of ${phase} that failed gives no figure even if it had measured one, and says why`, () => {
    const { trial } = trialEntry(phase, 'async');
    const entries = rateEntries('async').map((entry): Entry => {
      if (entry.type !== 'trialEnd' || entry.trial !== trial) return entry;
      return { type: 'trialEnd', trial, outcome: 'failed', code: 'PROCESS_FAILED', message: 'it broke' };
    });
    const figures = summaryOf(...entries);
    const found = [figures.tlsConnectionsPerSecond, figures.httpsRequestsPerSecondReconnecting].map(values);
    assert.deepEqual(found, phase === 'arrivals' ? ['it broke', [500]] : [[200], 'it broke']);
    assert.equal(figures.tlsConnectionsHaveKnee, phase === 'https');
  });
}

describe('CPU per message at the most clients', () => {
  const cost = (clients: number, cpu: number, verdict: 'passed' | 'failed' = 'passed') =>
    stepOf({ clientsRequested: clients, serverCpuMicrosecondsPerMessage: cpu }, verdict);
  /** A search that held 20 clients in its first attempt, and 28 of 40 in its third. */
  const { trial: search } = trialEntry('sending', 'async');
  const step = (attempt: number, found: ReturnType<typeof cost>): Entry => ({
    type: 'step',
    trial: `${search}/${attempt}`,
    step: found,
  });
  const trial = (attempt: number): Entry => ({
    ...trialEntry('sending', 'async'),
    trial: `${search}/${attempt}`,
    search,
  });
  const end = (attempt: number, outcome: 'complete' | 'void' = 'complete'): Entry => ({
    type: 'trialEnd',
    trial: `${search}/${attempt}`,
    outcome,
    audit: [],
  });
  const found = (clients: number): Entry => ({
    type: 'search',
    search,
    phase: 'sending',
    contender: 'async',
    clients,
    failedClients: 40,
    isNarrow: true,
    stop: verdictOf('CPU saturated'),
  });
  const entries = [
    trial(1),
    step(1, cost(10, 90)),
    step(1, cost(20, 91)),
    step(1, cost(40, 92, 'failed')),
    end(1),
    trial(2),
    step(2, cost(28, 93, 'failed')),
    end(2),
    trial(3),
    step(3, cost(28, 94)),
    end(3),
    // This attempt is void, so its figures do not count.
    trial(4),
    step(4, cost(28, 95)),
    end(4, 'void'),
    // This attempt belongs to another search.
    { ...trialEntry('connected', 'async'), trial: 'connected-1-async/1', search: 'connected-1-async' },
    { type: 'step' as const, trial: 'connected-1-async/1', step: cost(28, 1) },
  ];

  for (const [clients, expected] of [
    [20, [91]],
    [28, [94]],
    [0, 'no step with sending clients passed'],
  ] as const) {
    test(`is that of the attempt of this search which held ${clients}`, () => {
      assert.deepEqual(values(summaryOf(...entries, found(clients)).cpuMicrosecondsPerMessageInRamp), expected);
    });
  }

  test('has one value per trial', () => {
    const stop = verdictOf('CPU saturated');
    const figure = summaryOf(
      ...searchEntries('sending', 'async', [10], stop, 1),
      ...searchEntries('sending', 'async', [10, 20], stop, 2),
    ).cpuMicrosecondsPerMessageInRamp;
    assert.deepEqual(values(figure), [90, 90]);
  });
});
