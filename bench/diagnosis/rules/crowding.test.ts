import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Cause } from '../../record/causes.ts';
import { connectingAt, countersAt, holdingAt, type Seen, sampleAt } from '../../testing/evidence.ts';
import { named } from '../../testing/limit-row.ts';
import { stepOf } from '../../testing/runs.ts';
import { crowdingRules } from './crowding.ts';

const late = holdingAt + 20_000;
const keptOut = (connectFailures: Record<string, number>) => ({
  step: stepOf({ connectFailures }, 'failed', ['some did not come'], ['connections']),
  // The time-out of a connection is six seconds.
  holdingAt: late,
  now: late + 3_000,
});
const timeouts = keptOut({ timeout: 60, reset: 60 });
const times = (from: number, to: number) =>
  Array.from({ length: Math.floor((to - from) / 1_000) + 1 }, (_, index) => from + 1_000 * index);
/** Reports of the server to the end, with this busy share between two times. */
const loop = (share: number, from: number, to: number): NonNullable<Seen['counters']> =>
  times(connectingAt - 1_000, late + 3_000).map((at) =>
    countersAt(at, {}, { eventLoopUtilisation: at >= from && at <= to ? share : 0.5 }),
  );
const cores = (share: number, from: number, to: number): NonNullable<Seen['samples']> =>
  times(connectingAt - 1_000, late + 3_000).map((at) =>
    sampleAt(at, { cpuBusyShare: at >= from && at <= to ? share : 0.5 }),
  );

const idleLoop = { ...timeouts, counters: loop(0.5, 0, 0) };

describe('what had no time for clients that want to connect', () => {
  const table: [title: string, seen: Seen, causes: Cause[]][] = [
    [
      'the loop, busy for as long as a connection may take',
      { ...timeouts, counters: loop(0.95, 4_000, 10_000) },
      ['event loop saturated'],
    ],
    ['not a loop that is busy for less', { ...timeouts, counters: loop(0.95, 4_000, 9_000) }, ['unknown']],
    ['not a loop that is less busy', { ...timeouts, counters: loop(0.94, 4_000, 20_000) }, ['unknown']],
    [
      'not a loop that is busy in the hold',
      { ...timeouts, counters: loop(1, late - 1_000, late + 3_000) },
      ['unknown'],
    ],
    ['not a loop that was busy before', { ...timeouts, counters: loop(1, 0, connectingAt + 5_000) }, ['unknown']],
    [
      'not the loop when connections failed by something else',
      { ...keptOut({ timeout: 59, reset: 60 }), counters: loop(1, 4_000, 20_000) },
      ['unknown'],
    ],
    ['all cores', { ...idleLoop, samples: cores(0.95, 4_000, 10_000) }, ['CPU saturated']],
    [
      'all cores, and not a loop that waits for one',
      { ...timeouts, samples: cores(1, 5_000, 15_000), counters: loop(1, 4_000, 20_000) },
      ['CPU saturated'],
    ],
    ['not cores that were busy for less', { ...idleLoop, samples: cores(1, 4_000, 9_000) }, ['unknown']],
  ];
  for (const [title, seen, causes] of table) {
    test(`is ${title}`, () => assert.deepEqual(named(seen), causes));
  }

  test('stands in this table for every rule', () => {
    const expected = new Set([...crowdingRules.map(({ cause }) => cause), 'unknown']);
    assert.deepEqual(new Set(table.flatMap(([, , causes]) => causes)), expected);
  });
});
