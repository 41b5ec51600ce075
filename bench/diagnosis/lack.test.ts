import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ServerEnd } from '../host/host.ts';
import type { Cause } from '../record/causes.ts';
import { verdictSchema } from '../record/verdict.ts';
import { countersAt, evidenceOf, now, type Seen, sampleAt } from '../testing/evidence.ts';
import { named } from '../testing/limit-row.ts';
import { serverEnd } from '../testing/samples.ts';
import { decide } from './diagnose.ts';

const ends = (seen: Partial<ServerEnd>): Seen => ({ end: { atMilliseconds: now, value: serverEnd(seen) } });
const full = sampleAt(2_000, {}, { memoryMaps: 58_977, threads: 29_000, virtualBytes: 130_000_000_000 });
const noDescriptors = { openDescriptors: 100, openFilesLimit: 100 };
const noThread = ['Error [ERR_WORKER_INIT_FAILED]: EAGAIN'];
const noHeap = ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'];
const reservation = 'Fatal process out of memory: Failed to reserve virtual memory for CodeRange';

/** Ends of a server, and the cause that they show together with its last sample. */
const table: [title: string, cause: Cause, seen: Seen, detail: RegExp][] = [
  [
    'V8, with the maps at their limit',
    'memory maps',
    { samples: [full], ...ends({ signal: 'SIGTRAP', lastWords: [reservation] }) },
    /^the server had about 58977 of 65530 memory maps \(vm\.max_map_count\): Fatal process out of memory: .* CodeRange$/,
  ],
  [
    'V8, with half of the maps used and less of the address space',
    'memory maps',
    {
      samples: [sampleAt(2_000, {}, { memoryMaps: 32_765, virtualBytes: 2 ** 45 })],
      ...ends({ signal: 'SIGTRAP', lastWords: [reservation] }),
    },
    /^the server had about 32765 of 65530 memory maps/,
  ],
  [
    'V8, with half of the maps used and more of the address space',
    'address space',
    {
      samples: [sampleAt(2_000, {}, { memoryMaps: 32_765, virtualBytes: 2 ** 46 + 2 ** 45 })],
      ...ends({ signal: 'SIGTRAP', lastWords: [reservation] }),
    },
    /^the server could reserve no more address space, with 105,553,116 of 140,737,488 MB of it/,
  ],
  [
    'a thread that could not be started, with maps and address space left',
    'thread creation',
    {
      samples: [sampleAt(2_000, {}, { memoryMaps: 58_976, virtualBytes: 2 ** 45 })],
      ...ends({ exitCode: 1, lastWords: noThread }),
    },
    /^1 threads could not be started: /,
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
    { samples: [full], ...ends({ exitCode: 1, lastWords: noThread }) },
    /^the server had about 58977 of 65530 memory maps/,
  ],
  [
    'a thread that could not be started, with the descriptors at their limit',
    'server descriptors',
    {
      samples: [sampleAt(2_000, {}, { openDescriptors: 99, openFilesLimit: 100 })],
      ...ends({ exitCode: 1, lastWords: noThread }),
    },
    /^99 of 100 descriptors of the server open/,
  ],
  [
    'a heap that could not grow, with the maps at their limit',
    'memory maps',
    { samples: [full], ...ends({ signal: 'SIGABRT', lastWords: noHeap }) },
    /^the server had about 58977 of 65530 memory maps/,
  ],
  [
    'a heap that could not grow, with maps left',
    'server crashed',
    ends({ signal: 'SIGABRT', lastWords: noHeap }),
    /^by SIGABRT: FATAL ERROR: .* JavaScript heap out of memory$/,
  ],
  [
    'a thread that could not be started, with the address space nearly used up',
    'address space',
    {
      samples: [sampleAt(2_000, {}, { virtualBytes: 2 ** 46 })],
      ...ends({ exitCode: 1, lastWords: noThread }),
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
      samples: [sampleAt(2_000, {}, { ...noDescriptors, memoryMaps: 32_764, virtualBytes: 130_000_000_000 })],
      ...ends({ exitCode: 133, lastWords: ['x', words] }),
    },
    /^the server could reserve no more address space, with 130,000 MB of it: x \/ /,
  ]),
];

describe('what a server lacked for a thread', () => {
  for (const [title, cause, seen, detail] of table) {
    test(`shown by ${title}, is "${cause}" alone`, () => {
      const verdict = decide(evidenceOf({ ...seen, step: undefined }));
      assert.deepEqual([verdict.cause, ...verdict.others.map((other) => other.cause)], [cause]);
      assert.match(verdict.detail, detail);
      assert.deepEqual(verdictSchema.parse(JSON.parse(JSON.stringify(verdict))), verdict);
    });
  }

  const counters = [countersAt(500), countersAt(2_000, { threadFailures: 3 }), countersAt(now, { threadFailures: 5 })];
  const guard = {
    atMilliseconds: 2_500,
    value: { type: 'guard' as const, monotonicMilliseconds: 1, memoryAvailableBytes: 1, memoryTotalBytes: 8 },
  };

  test('shows from the first thread that could not be started', () => {
    const { cause, detail, others } = decide(
      evidenceOf({ guard, counters, ...ends({ exitCode: 1, lastWords: noThread }) }),
    );
    assert.deepEqual([cause, others.map((other) => other.cause)], ['thread creation', ['memory guard']]);
    assert.match(detail, /^5 threads could not be started/);
  });

  test('shows from then even when the sample with all descriptors open came later', () => {
    const samples = [sampleAt(500), sampleAt(3_000, {}, noDescriptors)];
    assert.deepEqual(named({ guard, counters, samples }), ['server descriptors', 'memory guard']);
  });

  test('can come before an end with another cause', () => {
    assert.deepEqual(named({ counters, ...ends({ signal: 'SIGSEGV' }) }), ['thread creation', 'server crashed']);
    assert.deepEqual(named({ counters, ...ends({ exitCode: 3 }) }), ['thread creation', 'server ended']);
  });

  test('follows the last words, not the earlier count of failed threads', () => {
    assert.deepEqual(named({ counters, ...ends({ signal: 'SIGTRAP', lastWords: [reservation] }) }), ['address space']);
  });
});
