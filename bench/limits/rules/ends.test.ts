import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ServerEnd } from '../../host/host.ts';
import { connectingAt, countersAt, evidenceOf, now, type Seen, sampleAt } from '../../testing/evidence.ts';
import { stepOf } from '../../testing/runs.ts';
import { idleMachine, serverEnd } from '../../testing/samples.ts';
import type { Cause } from '../causes.ts';
import { decide, verdictSchema } from '../diagnose.ts';
import { endRules } from './ends.ts';

const ends = (seen: Partial<ServerEnd>): Seen => ({ end: { atMilliseconds: now, value: serverEnd(seen) } });
const killed = (seen: Partial<ServerEnd> = {}) => ends({ signal: 'SIGKILL', ...seen });
const outOfMemory = { machine: { ...idleMachine, oomKills: 4 } };
const killsCounted = { ...outOfMemory, cgroup: { oomKills: 2 } };
/** A machine that has killed thrice before, and a cgroup of which 2 GB of 2 are in use. */
const before = sampleAt(
  500,
  { oomKills: 3, memoryAvailableBytes: 90_000_000 },
  { rssBytes: 3_000_000_000 },
  { oomKills: 1, memoryBytes: 1_990_000_000, memoryMaxBytes: 2_000_000_000 },
);
const guard = {
  atMilliseconds: 7_900,
  value: {
    type: 'guard' as const,
    monotonicMilliseconds: 1,
    memoryAvailableBytes: 100_000_000,
    memoryTotalBytes: 8_000_000_000,
  },
};
const full = sampleAt(2_000, {}, { memoryMaps: 58_977, threads: 29_000, virtualBytes: 130_000_000_000 });
const reservation = 'Fatal process out of memory: Failed to reserve virtual memory for CodeRange';

const table: [title: string, cause: Cause, seen: Seen, detail: RegExp][] = [
  ['the guard', 'memory guard', { guard, ...killed() }, /^the guard killed the server with 100 of 8,000 MB available$/],
  ['the guard, before the end has come', 'memory guard', { guard }, /^the guard killed the server/],
  [
    'the kernel, in its cgroup',
    'cgroup memory limit',
    { samples: [before], ...killed(killsCounted) },
    /^the kernel killed the server in its cgroup, limited to 2,000 MB; a moment before it had 3,000 MB, and 90 MB/,
  ],
  [
    'the kernel, in its cgroup, which the machine does not count',
    'cgroup memory limit',
    { samples: [before], ...killed({ machine: { ...idleMachine, oomKills: 3 }, cgroup: { oomKills: 2 } }) },
    /^the kernel killed the server in its cgroup/,
  ],
  [
    'the kernel, and in its cgroup nothing was counted',
    'kernel OOM killer',
    { samples: [before], ...killed({ ...outOfMemory, cgroup: { oomKills: 1 }, kernelLog: ['a', 'Killed 7'] }) },
    /^the kernel killed the server for lack of memory; a moment before it had 3,000 MB.* were available: a \/ Killed 7$/,
  ],
  [
    'someone, long after the kernel had killed others',
    'server killed',
    { samples: [before], ...killed({ machine: { ...idleMachine, oomKills: 3 }, cgroup: { oomKills: 1 } }) },
    /^by SIGKILL from outside: neither the guard nor the kernel counted a kill for lack of memory$/,
  ],
  [
    'someone, before anything was counted',
    'server killed',
    { samples: [], ...killed({ ...outOfMemory, kernelLog: ['Killed 7'] }) },
    /^by SIGKILL before its first sample: whether for lack of memory was not counted: Killed 7$/,
  ],
  [
    'another signal, although the kernel killed something',
    'server crashed',
    { samples: [before], ...ends({ signal: 'SIGSEGV', ...killsCounted, lastWords: ['a', 'b', ' ', 'c', 'd'] }) },
    /^by SIGSEGV: b \/ c \/ d$/,
  ],
  [
    'a signal, in a frame and above a stack that say nothing',
    'server crashed',
    ends({
      signal: 'SIGILL',
      lastWords: ['#', '# Check failed', '#', '----- Native stack trace -----', ' 1: 0x55 [node]'],
    }),
    /^by SIGILL: Check failed$/,
  ],
  ['itself', 'server ended', ends({ exitCode: 3, lastWords: ['no idea'] }), /^with exit code 3: no idea$/],
  ['itself, in order', 'server ended', ends({ exitCode: 0, lastWords: [reservation] }), /^with exit code 0: Fatal/],
  [
    'V8, with the maps at their limit',
    'memory maps',
    { samples: [full], ...ends({ signal: 'SIGTRAP', lastWords: [reservation] }) },
    /^the server had about 58977 of 65530 memory maps \(vm\.max_map_count\): Fatal process out of memory: .* CodeRange$/,
  ],
  ...[
    ['Error: EAGAIN', '    at new Worker (node:internal/worker:281:13)'],
    ['Error [ERR_WORKER_INIT_FAILED]: EAGAIN'],
  ].map((lastWords): (typeof table)[number] => [
    `a thread that could not be started: ${lastWords[0]}`,
    'thread creation',
    { samples: [sampleAt(2_000, {}, {}, { pids: 90, pidsMax: 100 })], ...ends({ exitCode: 1, lastWords }) },
    /^1 threads could not be started; its cgroup has 90 of 100 tasks: Error[^/]*EAGAIN$/,
  ]),
  [
    'a thread that could not be started, with the maps at their limit',
    'memory maps',
    { samples: [full], ...ends({ exitCode: 1, lastWords: ['Error [ERR_WORKER_INIT_FAILED]: EAGAIN'] }) },
    /^the server had about 58977 of 65530 memory maps/,
  ],
  [
    'a thread that could not be started, with the address space nearly used up',
    'address space',
    {
      samples: [sampleAt(2_000, {}, { virtualBytes: 2 ** 46 })],
      ...ends({ exitCode: 1, lastWords: ['Error [ERR_WORKER_INIT_FAILED]: EAGAIN'] }),
    },
    /^the server could reserve no more address space, with 70,368,744 of 140,737,488 MB of it/,
  ],
  ...[
    'Failed to reserve virtual memory',
    'CodeRange setup: allocate virtual memory',
    'Fatal process out of memory: Zone',
    'Fatal JavaScript out of memory: Zone',
    'FATAL ERROR: SegmentedTable::InitializeTable',
    'pthread_create: Resource temporarily unavailable',
    'Error: Cannot allocate memory',
  ].map((words): (typeof table)[number] => [
    `V8 or the C library with maps left: ${words}`,
    'address space',
    {
      samples: [sampleAt(2_000, {}, { memoryMaps: 58_976, virtualBytes: 130_000_000_000 })],
      ...ends({ exitCode: 133, lastWords: ['x', words] }),
    },
    /^the server could reserve no more address space, with 130,000 MB of it: x \/ /,
  ]),
];

describe('the end of a server', () => {
  test('has every rule for it in this table', () => {
    assert.deepEqual(new Set(table.map(([, cause]) => cause)), new Set(endRules.map(({ cause }) => cause)));
  });

  for (const [title, cause, seen, detail] of table) {
    test(`by ${title} is "${cause}" alone`, () => {
      const verdict = decide(evidenceOf({ ...seen, step: undefined }));
      assert.deepEqual([verdict.cause, ...verdict.others.map((other) => other.cause)], [cause]);
      assert.match(verdict.detail, detail);
      assert.deepEqual(verdictSchema.parse(JSON.parse(JSON.stringify(verdict))), verdict);
    });
  }

  /** Whatever else was to be seen followed from it, or did not end a server. */
  const beside: [title: string, seen: Seen][] = [
    ['a step that failed', { step: stepOf({}, 'failed', ['it was slow'], ['connections', 'reports', 'messages']) }],
    ['a step that was void', { step: stepOf({}, 'void') }],
    ['the time being up', { timeIsUpAt: connectingAt }],
    [
      'busy cores and a full accept queue',
      { samples: [sampleAt(500), sampleAt(5_500), sampleAt(6_500, { cpuBusyShare: 1, listenOverflows: 9 })] },
    ],
    ['a server that had hung', { counters: [countersAt(500)] }],
  ];
  for (const [title, seen] of beside) {
    test(`explains ${title} as well`, () => {
      const { cause, others } = decide(evidenceOf({ ...ends({ signal: 'SIGSEGV' }), ...seen }));
      assert.deepEqual([cause, others], ['server crashed', []]);
    });
  }

  test('by the guard while the kernel killed too has both, the guard first', () => {
    const { cause, others } = decide(evidenceOf({ samples: [before], guard, ...killed(outOfMemory) }));
    assert.deepEqual([cause, others.map((other) => other.cause)], ['memory guard', ['kernel OOM killer']]);
  });
});
