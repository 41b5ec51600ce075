import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Cause } from '../record/causes.ts';
import { verdictSchema } from '../record/verdict.ts';
import {
  connectingAt,
  countersAt,
  evidenceConfig,
  evidenceOf,
  holdingAt,
  now,
  type Seen,
  sampleAt,
} from '../testing/evidence.ts';
import { stepOf } from '../testing/runs.ts';
import { serverEnd } from '../testing/samples.ts';
import { decide } from './diagnose.ts';
import { estimatedMaps } from './evidence.ts';

const keptOut = stepOf({}, 'failed', ['some did not come'], ['connections']);
const slow = stepOf({}, 'failed', ['it was slow'], ['messages']);
const busy = { eventLoopUtilisation: 1 };
const card = { receivedBytes: 0, sentBytes: 0, drops: 0 };
const carried = (at: number, megabits: number) =>
  sampleAt(at, { interfaces: { eth0: { ...card, sentBytes: megabits * 125_000 } } });

describe('evidence', () => {
  const stillTheCause: [title: string, cause: Cause, seen: Seen, detail: RegExp][] = [
    [
      'before the first report of a fresh server',
      'thread limit',
      { step: keptOut, counters: [countersAt(connectingAt + 1, { refused: 4 }), countersAt(7_500, { refused: 4 })] },
      /^the server refused 4 connections/,
    ],
    [
      'from the first sample on, when there is no earlier one',
      'accept backlog',
      { step: keptOut, samples: [sampleAt(2_000, { listenOverflows: 7 }), sampleAt(3_000, { listenOverflows: 9 })] },
      /^the accept queue overflowed 2 times/,
    ],
    [
      'when only the observation of the step has it',
      'fleet out of ports',
      { step: stepOf({ connectFailures: { ports: 3 } }, 'failed', ['x'], ['connections']) },
      /^3 connections could not be opened/,
    ],
    [
      'while not all cores were busy at that time',
      'event loop saturated',
      {
        step: slow,
        counters: [countersAt(5_500), countersAt(6_500, {}, busy)],
        samples: [sampleAt(6_400, { cpuBusyShare: 1 }), sampleAt(6_600, { cpuBusyShare: 0.94 })],
      },
      /^the server's loop was busy 100 %/,
    ],
    [
      'against a speed that the user gave',
      'network card',
      {
        step: slow,
        config: { ...evidenceConfig, linkMegabitsPerSecond: 10 },
        limits: { links: [{ name: 'wlan0' }, { name: 'eth0', megabitsPerSecond: 1_000 }] },
        samples: [carried(holdingAt, 0), carried(7_000, 18)],
      },
      /^eth0 carried 9 of 10 Mbit\/s/,
    ],
    [
      'when the machine does not report the limit of TCP',
      'TCP memory',
      {
        step: slow,
        limits: { tcpMemoryMaxPages: undefined },
        samples: [sampleAt(500), sampleAt(2_000, { tcpMemoryPages: 70, tcpMemoryPressures: 2 })],
      },
      /^TCP used 70 of \? pages .*under pressure 2 times/,
    ],
    [
      'after three missed reports',
      'server hung',
      { step: slow, config: { ...evidenceConfig, reportMilliseconds: 2_000 }, counters: [countersAt(now - 6_000)] },
      /^it was running and had said nothing for 6 s/,
    ],
    [
      'from when clients connected, for a server that never reported',
      'server hung',
      { step: slow, counters: [] },
      / for 7 s/,
    ],
  ];
  for (const [title, cause, seen, detail] of stillTheCause) {
    test(`for "${cause}" counts ${title}`, () => {
      const verdict = decide(evidenceOf(seen));
      assert.equal(verdict.cause, cause, verdict.detail);
      assert.match(verdict.detail, detail);
      assert.deepEqual(verdictSchema.parse(JSON.parse(JSON.stringify(verdict))), verdict, 'it can stand in a record');
    });
  }

  const maps: [title: string, counted: [threads: number, maps?: number][], expected: number | undefined][] = [
    ['unknown without a count', [[9]], undefined],
    ['the only count, when no thread came since', [[9, 300]], 300],
    [
      'the last count, when no thread came since',
      [
        [9, 300],
        [10, 303],
      ],
      303,
    ],
    ['more, at the earlier number per thread', [[10, 300], [20, 330], [25]], 345],
    ['no fewer when threads ended', [[10, 300], [20, 330], [5]], 330],
  ];
  for (const [title, counted, expected] of maps) {
    test(`estimates memory maps between two counts: ${title}`, () => {
      const samples = counted.map(([threads, memoryMaps], index) =>
        sampleAt(500 + index, {}, { threads, ...(memoryMaps !== undefined && { memoryMaps }) }),
      );
      assert.equal(estimatedMaps(evidenceOf({ samples })), expected);
    });
  }

  test('estimates memory maps by the later of two samples that arrive together', () => {
    const samples = [
      sampleAt(100, {}, { threads: 5, memoryMaps: 315 }),
      sampleAt(1_000, {}, { threads: 10, memoryMaps: 330 }),
      sampleAt(1_000, {}, { threads: 20 }),
    ];
    assert.equal(estimatedMaps(evidenceOf({ samples })), 360);
  });

  const ends: [title: string, threads: number[], endedAfter: number, expected: number][] = [
    ['the growth of the time before, by its share', [10, 20, 40], 500, 450],
    ['the growth of the time before, at most', [10, 20, 40], 3_000, 480],
    ['the sample before, when threads ended', [10, 20, 5], 500, 360],
    ['the count, when there was one sample', [10], 500, 330],
  ];
  for (const [title, threads, endedAfter, expected] of ends) {
    test(`estimates memory maps at the end: ${title}`, () => {
      const counted = [sampleAt(100, {}, { threads: 5, memoryMaps: 315 })].slice(0, threads.length - 1);
      const others = threads.map((number, index) =>
        sampleAt(1_000 + 1_000 * index, {}, { threads: number, ...(index === 0 && { memoryMaps: 330 }) }),
      );
      const end = { atMilliseconds: 1_000 * threads.length + endedAfter, value: serverEnd({ signal: 'SIGTRAP' }) };
      assert.equal(estimatedMaps(evidenceOf({ samples: [...counted, ...others], end })), expected);
    });
  }
});
