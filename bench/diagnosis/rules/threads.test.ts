import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { countersAt, sampleAt } from '../../testing/evidence.ts';
import { assertLimit, type LimitRow, titleOf } from '../../testing/limit-row.ts';
import { threadRules } from './threads.ts';

const base = sampleAt(500);
const zero = countersAt(500);
const any: LimitRow['explains'] = ['connections', 'time', 'end'];

/** These limits mostly end a server. A server that survives them keeps clients out. */
const table: LimitRow[] = [
  {
    cause: 'thread creation',
    seen: (threadFailures) => ({
      samples: [base, sampleAt(2_000, {}, {}, { pids: 90, pidsMax: 100 })],
      counters: [zero, countersAt(2_000, { threadFailures })],
    }),
    at: 1,
    below: 0,
    explains: any,
    detail: /^1 threads could not be started; its cgroup has 90 of 100 tasks/,
  },
  {
    cause: 'memory maps',
    seen: (memoryMaps) => ({
      samples: [base, sampleAt(2_000, {}, { memoryMaps })],
      counters: [zero, countersAt(2_000, { threadFailures: 4 })],
    }),
    // Nine tenths of 65,530, because the last sample is old.
    at: 58_977,
    below: 58_976,
    explains: any,
    detail: /^the server had about 58977 of 65530 memory maps \(vm\.max_map_count\)/,
  },
  {
    cause: 'address space',
    seen: (virtualBytes) => ({
      samples: [base, sampleAt(2_000, {}, { virtualBytes })],
      counters: [zero, countersAt(2_000, { threadFailures: 4 })],
    }),
    // Half of what 47 bits can address, because the last sample is old.
    at: 2 ** 46,
    below: 2 ** 46 - 1,
    explains: any,
    detail: /^the server could reserve no more address space, with 70,368,744 of 140,737,488 MB of it/,
  },
  {
    cause: 'address space',
    seen: (virtualBytes) => ({
      limits: { addressSpaceBytes: 1e12 },
      samples: [base, sampleAt(2_000, {}, { virtualBytes })],
      counters: [zero, countersAt(2_000, { threadFailures: 4 })],
    }),
    // Half of RLIMIT_AS, which is less here.
    at: 5e11,
    below: 5e11 - 1,
    explains: any,
    detail: /^the server could reserve no more address space, with 500,000 of 1,000,000 MB of it/,
  },
];

describe('a limit on threads', () => {
  for (const row of table) test(titleOf(row), () => assertLimit(row));

  test('stands in this table for every rule', () => {
    assert.deepEqual(new Set(table.map(({ cause }) => cause)), new Set(threadRules.map(({ cause }) => cause)));
  });
});
