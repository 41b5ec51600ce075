import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ServerEnd } from '../../host/host.ts';
import type { Cause } from '../../record/causes.ts';
import { verdictSchema } from '../../record/verdict.ts';
import { connectingAt, countersAt, evidenceOf, fleetAt, now, type Seen, sampleAt } from '../../testing/evidence.ts';
import { stepOf } from '../../testing/runs.ts';
import { idleMachine, serverEnd } from '../../testing/samples.ts';
import { decide } from '../diagnose.ts';
import { endRules } from './ends.ts';
import { memoryRules } from './memory.ts';

const ends = (seen: Partial<ServerEnd>): Seen => ({ end: { atMilliseconds: now, value: serverEnd(seen) } });
const killed = (seen: Partial<ServerEnd> = {}) => ends({ signal: 'SIGKILL', ...seen });
const outOfMemory = { machine: { ...idleMachine, oomKills: 4 } };
const killsCounted = { ...outOfMemory, cgroup: { oomKills: 2 } };
const nearlyFull = { memoryBytes: 1_990_000_000, memoryMaxBytes: 2_000_000_000 };
/** The machine has killed three times before, and the cgroup uses 2 of its 2 GB. */
const before = sampleAt(
  500,
  { oomKills: 3, memoryAvailableBytes: 90_000_000 },
  { rssBytes: 3_000_000_000 },
  { oomKills: 1, ...nearlyFull },
);
/** A sample after the kernel's kill. */
const dying = sampleAt(1_500, { oomKills: 4 }, {}, { oomKills: 2, memoryBytes: 9, memoryMaxBytes: 2_000_000_000 });
const guard = {
  atMilliseconds: 7_900,
  value: {
    type: 'guard' as const,
    monotonicMilliseconds: 1,
    memoryAvailableBytes: 100_000_000,
    memoryTotalBytes: 8_000_000_000,
  },
};
/** Two processes, whose clients are gone before the end of the server is known. */
const fleet = [
  fleetAt(1_000, { open: 3_000 }),
  fleetAt(1_100, { open: 4_000 }, 1),
  fleetAt(7_000, { open: 12_000 }),
  fleetAt(7_100, { open: 11_412 }, 1),
  fleetAt(7_900, { open: 9_000 }),
  fleetAt(8_000, { open: 0 }, 1),
];
const noDescriptors = sampleAt(2_000, {}, { openDescriptors: 100, openFilesLimit: 100 });
const reservation = 'Fatal process out of memory: Failed to reserve virtual memory for CodeRange';

const table: [title: string, cause: Cause, seen: Seen, detail: RegExp][] = [
  ['the guard', 'memory guard', { guard, ...killed() }, /^the guard killed the server with 100 of 8,000 MB available$/],
  [
    'the guard, with clients',
    'memory guard',
    { guard, fleet, ...killed() },
    /^the guard killed the server at 23,412 clients with 100 of 8,000 MB available$/,
  ],
  [
    'the guard, before the end has come',
    'memory guard',
    { guard, samples: [noDescriptors] },
    /^the guard killed the server/,
  ],
  [
    'the kernel, in its cgroup',
    'cgroup memory limit',
    { samples: [before], ...killed(killsCounted) },
    /^the kernel killed the server in its cgroup, limited to 2,000 MB; a moment before it had 3,000 MB, and 90 MB/,
  ],
  [
    'the kernel, in its cgroup, with clients',
    'cgroup memory limit',
    { samples: [before], fleet, ...killed(killsCounted) },
    /^the kernel killed the server at 23,412 clients in its cgroup, limited to 2,000 MB; .*, and 90 MB were available$/,
  ],
  [
    'the kernel, in its cgroup, which the machine does not count',
    'cgroup memory limit',
    { samples: [before], ...killed({ machine: { ...idleMachine, oomKills: 3 }, cgroup: { oomKills: 2 } }) },
    /^the kernel killed the server in its cgroup/,
  ],
  [
    'the kernel, in its cgroup, as its last sample says, and which has given back what it held',
    'cgroup memory limit',
    { samples: [before, dying], ...killed(killsCounted) },
    /^the kernel killed the server in its cgroup, limited to 2,000 MB/,
  ],
  [
    'the kernel, in a cgroup to which it was moved, and where nothing was killed before',
    'cgroup memory limit',
    {
      samples: [before, sampleAt(1_500, { oomKills: 3 }, {}, { oomKills: 0, ...nearlyFull })],
      ...killed({ cgroup: { oomKills: 1 } }),
    },
    /^the kernel killed the server in its cgroup/,
  ],
  [
    'the kernel, and in its cgroup nothing was counted',
    'kernel OOM killer',
    { samples: [before], ...killed({ ...outOfMemory, cgroup: { oomKills: 1 }, kernelLog: ['a', 'Killed 7'] }) },
    /^the kernel's OOM killer killed the server; a moment before it had 3,000 MB.* were available: a \/ Killed 7$/,
  ],
  [
    'the kernel, for a machine without memory, with clients',
    'kernel OOM killer',
    {
      samples: [before, sampleAt(7_500, { oomKills: 3, memoryAvailableBytes: 38_000_000 })],
      fleet,
      ...killed(outOfMemory),
    },
    /^the kernel's OOM killer killed the server at 23,412 clients; a moment before it had 60 MB, and 38 MB were available$/,
  ],
  [
    'the kernel, for a machine without memory, which a cgroup without a limit counts too',
    'kernel OOM killer',
    {
      samples: [sampleAt(500, { oomKills: 3 }, {}, { oomKills: 1, memoryBytes: 500_000_000 })],
      ...killed(killsCounted),
    },
    /^the kernel's OOM killer killed the server/,
  ],
  [
    'an unknown sender, long after the kernel had killed others',
    'server killed',
    { samples: [before], ...killed({ machine: { ...idleMachine, oomKills: 3 }, cgroup: { oomKills: 1 } }) },
    /^by SIGKILL from outside: neither the guard nor the kernel counted a kill for lack of memory$/,
  ],
  [
    'an unknown sender, long after the kernel had killed others, which one sample could not read',
    'server killed',
    {
      samples: [before, sampleAt(1_500, { oomKills: undefined }, {}, nearlyFull)],
      ...killed({ machine: { ...idleMachine, oomKills: 3 }, cgroup: { oomKills: 1 } }),
    },
    /^by SIGKILL from outside/,
  ],
  [
    'an unknown sender, before anything was counted',
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
    'a signal, with last words between lines that say nothing',
    'server crashed',
    ends({
      signal: 'SIGILL',
      lastWords: ['#', '# Check failed', '#', '----- Native stack trace -----', ' 1: 0x55 [node]'],
    }),
    /^by SIGILL: Check failed$/,
  ],
  ['itself', 'server ended', ends({ exitCode: 3, lastWords: ['no idea'] }), /^with exit code 3: no idea$/],
  ['itself, in order', 'server ended', ends({ exitCode: 0, lastWords: [reservation] }), /^with exit code 0: Fatal/],
];

describe('the end of a server', () => {
  test('stands in this table for every rule', () => {
    const ruled = [...memoryRules, ...endRules].map(({ cause }) => cause);
    assert.deepEqual(new Set(table.map(([, cause]) => cause)), new Set(ruled));
  });

  for (const [title, cause, seen, detail] of table) {
    test(`by ${title} is "${cause}" alone`, () => {
      const verdict = decide(evidenceOf({ ...seen, step: undefined }));
      assert.deepEqual([verdict.cause, ...verdict.others.map((other) => other.cause)], [cause]);
      assert.match(verdict.detail, detail);
      assert.deepEqual(verdictSchema.parse(JSON.parse(JSON.stringify(verdict))), verdict);
    });
  }

  test('by lack of memory gives the clients and the free memory as numbers', () => {
    const { numbers } = decide(evidenceOf({ samples: [before], fleet, ...killed(outOfMemory), step: undefined }));
    assert.deepEqual(numbers, { clientsOpen: 23_412, oomKills: 1, memoryAvailableBytes: 90_000_000 });
  });

  /** What else was seen followed from the end, or does not end a server. */
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

  test('by the guard names a kill of the kernel as the second cause', () => {
    const { cause, others } = decide(evidenceOf({ samples: [before], guard, ...killed(outOfMemory) }));
    assert.deepEqual([cause, others.map((other) => other.cause)], ['memory guard', ['kernel OOM killer']]);
  });
});
