import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Cause } from '../record/causes.ts';
import {
  connectingAt,
  countersAt,
  evidenceConfig,
  fleetAt,
  holdingAt,
  now,
  type Seen,
  sampleAt,
} from '../testing/evidence.ts';
import { named } from '../testing/limit-row.ts';
import { stepOf } from '../testing/runs.ts';
import { serverEnd } from '../testing/samples.ts';

const keptOut = stepOf({}, 'failed', ['some did not come'], ['connections']);
const slow = stepOf({}, 'failed', ['it was slow'], ['messages']);
const busy = { eventLoopUtilisation: 1 };
const card = { receivedBytes: 0, sentBytes: 0, drops: 0 };
const links = [{ name: 'eth0', megabitsPerSecond: 100 }];
const carried = (at: number, megabits: number) =>
  sampleAt(at, { interfaces: { eth0: { ...card, sentBytes: megabits * 125_000 } } });

/** Evidence that looks like a cause and does not explain this step. */
const notTheCause: [title: string, cause: Cause, seen: Seen][] = [
  [
    'descriptors that were open before clients connected',
    'server descriptors',
    {
      step: keptOut,
      samples: [sampleAt(connectingAt - 1, {}, { openDescriptors: 100, openFilesLimit: 100 }), sampleAt(2_000)],
    },
  ],
  [
    'any number of descriptors where there is no limit',
    'server descriptors',
    { step: keptOut, samples: [sampleAt(2_000, {}, { openDescriptors: 1_000_000 })] },
  ],
  [
    'connections refused in an earlier step',
    'thread limit',
    { step: keptOut, counters: [countersAt(connectingAt - 1, { refused: 5 }), countersAt(2_000, { refused: 5 })] },
  ],
  [
    'an accept queue that overflowed before',
    'accept backlog',
    {
      step: keptOut,
      samples: [sampleAt(connectingAt - 1, { listenOverflows: 9 }), sampleAt(2_000, { listenOverflows: 9 })],
    },
  ],
  [
    'a count without an earlier value',
    'accept backlog',
    {
      step: keptOut,
      samples: [sampleAt(500, { listenOverflows: undefined }), sampleAt(2_000, { listenOverflows: 9 })],
    },
  ],
  [
    'ports that were not free in an earlier step',
    'fleet out of ports',
    { step: keptOut, fleet: [fleetAt(connectingAt - 1, { failures: { ports: 3 } })] },
  ],
  [
    'threads that could not be started for want of maps',
    'thread creation',
    {
      step: keptOut,
      samples: [sampleAt(2_000, {}, { memoryMaps: 65_530 })],
      counters: [countersAt(500), countersAt(2_000, { threadFailures: 1 })],
    },
  ],
  [
    'threads that could not be started for want of descriptors',
    'thread creation',
    {
      step: keptOut,
      samples: [sampleAt(2_000, {}, { openDescriptors: 100, openFilesLimit: 100 })],
      counters: [countersAt(500), countersAt(2_000, { threadFailures: 1 })],
    },
  ],
  [
    'maps at their limit, and no thread that failed',
    'memory maps',
    { step: keptOut, samples: [sampleAt(2_000, {}, { memoryMaps: 65_530 })] },
  ],
  [
    'an address space that is nearly used up, and no thread that failed',
    'address space',
    { step: keptOut, samples: [sampleAt(2_000, {}, { virtualBytes: 2 ** 47 })] },
  ],
  [
    'any number of tracked connections where there is no limit',
    'conntrack',
    { step: keptOut, samples: [sampleAt(2_000, { conntrackEntries: 1_000_000 })] },
  ],
  [
    'a loop that was busy while clients connected',
    'event loop saturated',
    {
      step: slow,
      counters: [countersAt(4_900, {}, busy), countersAt(5_500, {}, busy), countersAt(6_500), countersAt(7_500)],
    },
  ],
  [
    'a loop that waited for a core',
    'event loop saturated',
    {
      step: slow,
      counters: [countersAt(5_500), countersAt(6_400, {}, busy)],
      samples: [sampleAt(5_500), sampleAt(6_500, { cpuBusyShare: 0.95 }), sampleAt(7_500)],
    },
  ],
  [
    'a loop that waited for a core, by the last sample',
    'event loop saturated',
    {
      step: slow,
      counters: [countersAt(5_500), countersAt(7_500, {}, busy)],
      samples: [sampleAt(5_500), sampleAt(6_500, { cpuBusyShare: 1 })],
    },
  ],
  [
    'cores that were busy while clients connected',
    'CPU saturated',
    {
      step: slow,
      samples: [sampleAt(4_900, { cpuBusyShare: 1 }), sampleAt(5_500, { cpuBusyShare: 1 }), sampleAt(6_500)],
    },
  ],
  [
    'cores that others kept busy, while the server asked for none',
    'CPU saturated',
    {
      step: slow,
      samples: [5_500, 6_500].map((at) => sampleAt(at, { cpuBusyShare: 1 }, { cpuUserMilliseconds: 550 })),
    },
  ],
  [
    'a busy loop when no hold had begun',
    'event loop saturated',
    { step: slow, holdingAt: undefined, counters: [countersAt(6_000, {}, busy), countersAt(7_000, {}, busy)] },
  ],
  [
    'a link that was full before the hold',
    'network card',
    {
      step: slow,
      limits: { links },
      samples: [carried(3_000, 0), carried(4_000, 100), carried(holdingAt, 150), carried(6_000, 239)],
    },
  ],
  [
    'a link of unknown speed',
    'network card',
    { step: slow, limits: { links: [{ name: 'eth0' }] }, samples: [carried(holdingAt, 0), carried(6_000, 9_999)] },
  ],
  [
    'silence shorter than three reports',
    'server hung',
    { step: slow, config: { ...evidenceConfig, reportMilliseconds: 2_000 }, counters: [countersAt(now - 5_999)] },
  ],
  [
    'silence of a server that ended',
    'server hung',
    { counters: [countersAt(500)], end: { atMilliseconds: now, value: serverEnd({ exitCode: 1 }) } },
  ],
];

describe('what was seen', () => {
  for (const [title, cause, seen] of notTheCause) {
    test(`is no evidence of "${cause}": ${title}`, () => assert.ok(!named(seen).includes(cause)));
  }
});
