import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stepOf } from '../testing/runs.ts';
import type { Observation } from '../trial/step.ts';
import { type Cause, causes, decide, type Evidence } from './diagnose.ts';

/** A server with everything left, at the end of a ramp whose last step passed. */
const healthy: Evidence = {
  step: stepOf(),
  timeIsUp: false,
  clientsOpen: 100,
  guard: undefined,
  end: undefined,
  openDescriptors: 120,
  openFilesLimit: 20_000,
  refused: 0,
  threadFailures: 0,
  eventLoopUtilisation: 0.3,
  cpuBusyShare: 0.5,
  memoryAvailableBytes: 6_000_000_000,
};

const failed = (seen: Partial<Observation> = {}) => ({ step: stepOf(seen, 'failed', ['it was slow', 'it was late']) });
const guard = { memoryAvailableBytes: 100_000_000, memoryTotalBytes: 8_000_000_000 };
const end = (exitCode: number | null, signal: string | null, ...lastWords: string[]) => ({
  end: { exitCode, signal, lastWords },
});

const table: [cause: Cause, seen: Partial<Evidence>, detail: RegExp][] = [
  ['memory', { guard, ...end(null, 'SIGKILL') }, /^the guard stopped the server with 100 of 8,000 MB available$/],
  ['server killed', end(null, 'SIGKILL'), /^by SIGKILL from outside: see the kernel log/],
  ['server crashed', end(null, 'SIGSEGV', 'a', 'b', 'c', 'd'), /^by SIGSEGV: b \/ c \/ d$/],
  ['server ended', end(3, null, 'no memory'), /^with exit code 3: no memory$/],
  ['server ended', end(0, null), /^with exit code 0: it said nothing$/],
  ['fleet saturated', { step: stepOf({}, 'void', ['the fleet was late']) }, /^the step is void: the fleet was late$/],
  ['fleet out of ports', failed({ connectFailures: { ports: 3 } }), /^3 connections could not be opened; it was slow/],
  ['fleet out of descriptors', failed({ connectFailures: { descriptors: 4 } }), /^4 connections could not be opened;/],
  ['server descriptors', { ...failed(), openDescriptors: 19_800 }, /^19800 of 20000 descriptors open; it was slow/],
  ['server thread limit', { ...failed(), refused: 7 }, /^7 connections beyond --max-threads;/],
  ['server threads', { ...failed(), threadFailures: 2 }, /^2 threads failed;/],
  ['time limit', { timeIsUp: true, clientsOpen: 55 }, /^55 clients connected when the time was up$/],
  ['target reached', {}, /^100 clients, the target of this run$/],
  ['server hung', failed({ serverReported: false }), /^it was still running;/],
  ['event loop saturated', { ...failed(), eventLoopUtilisation: 0.95 }, /^busy 95 % of the time; it was slow; it was/],
  ['CPU saturated', { ...failed(), cpuBusyShare: 0.96 }, /^all cores busy 96 % of the time;/],
  ['connections lost', failed({ clientsLost: 1 }), /^by a server that had descriptors, threads and time left;/],
  [
    'connections failed',
    failed({ clientsOpen: 60, connectFailures: { timeout: 40 } }),
    /^with no resource at its limit; it was slow/,
  ],
  ['latency', failed(), /^with all clients connected and no resource at its limit;/],
];

describe('cause of the end of a ramp', () => {
  for (const [cause, seen, detail] of table) {
    test(`${cause}: ${JSON.stringify(seen).slice(0, 60)}`, () => {
      const verdict = decide({ ...healthy, ...seen });
      assert.equal(verdict.cause, cause, verdict.detail);
      assert.match(verdict.detail, detail);
    });
  }

  test('each cause but "unknown" stands in this table', () => {
    assert.deepEqual(new Set([...table.map(([cause]) => cause), 'unknown']), new Set(causes));
  });

  const justBelow: [limit: string, seen: Partial<Evidence>][] = [
    ['descriptors', { openDescriptors: 19_799 }],
    ['an unlimited number of descriptors', { openDescriptors: 1_000_000, openFilesLimit: undefined }],
    ['a busy loop', { eventLoopUtilisation: 0.949 }],
    ['busy cores', { cpuBusyShare: 0.949 }],
    ['figures that were not to be had', { eventLoopUtilisation: undefined, cpuBusyShare: undefined }],
  ];
  for (const [limit, seen] of justBelow) {
    test(`is not ${limit} below the limit`, () => {
      assert.equal(decide({ ...healthy, ...failed(), ...seen }).cause, 'latency');
    });
  }

  test('is no limit of the server as long as the step passed', () => {
    const atEveryLimit = {
      refused: 9,
      threadFailures: 9,
      openDescriptors: 20_000,
      eventLoopUtilisation: 1,
      cpuBusyShare: 1,
    };
    assert.equal(decide({ ...healthy, ...atEveryLimit }).cause, 'target reached');
  });

  const keptOut: [cause: Cause, seen: Partial<Evidence>][] = [
    ['server descriptors', { openDescriptors: 20_000 }],
    ['server thread limit', { refused: 1 }],
    ['server threads', { threadFailures: 1 }],
    ['time limit', { eventLoopUtilisation: 1, cpuBusyShare: 1 }],
  ];
  for (const [cause, seen] of keptOut) {
    test(`is ${cause} when the time was up before the clients of a next step had come`, () => {
      assert.equal(decide({ ...healthy, timeIsUp: true, ...seen }).cause, cause);
      assert.equal(decide({ ...healthy, timeIsUp: true, step: undefined, ...seen }).cause, cause);
    });
  }

  test('is the first of the order that the evidence supports, when it supports several', () => {
    const everything: Evidence = {
      ...healthy,
      ...failed({ connectFailures: { ports: 1, descriptors: 1 }, clientsLost: 1, serverReported: false }),
      timeIsUp: true,
      guard,
      ...end(null, 'SIGKILL'),
      openDescriptors: 20_000,
      refused: 1,
      threadFailures: 1,
      eventLoopUtilisation: 1,
      cpuBusyShare: 1,
    };
    // Each change takes away what the cause before it rests on.
    const takenAway: [Partial<Evidence>, Cause][] = [
      [{}, 'memory'],
      [{ guard: undefined }, 'server killed'],
      [{ end: undefined }, 'fleet out of ports'],
      [
        failed({ connectFailures: { descriptors: 1 }, clientsLost: 1, serverReported: false }),
        'fleet out of descriptors',
      ],
      [failed({ clientsLost: 1, serverReported: false }), 'server descriptors'],
      [{ openDescriptors: 20 }, 'server thread limit'],
      [{ refused: 0 }, 'server threads'],
      [{ threadFailures: 0 }, 'time limit'],
      [{ timeIsUp: false }, 'server hung'],
      [failed({ clientsLost: 1 }), 'event loop saturated'],
      [{ eventLoopUtilisation: 0 }, 'CPU saturated'],
      [{ cpuBusyShare: 0 }, 'connections lost'],
      [failed(), 'latency'],
    ];
    let evidence = everything;
    for (const [change, cause] of takenAway) {
      evidence = { ...evidence, ...change };
      assert.equal(decide(evidence).cause, cause);
    }
  });

  test('is unknown when nothing supports another, and then all that was seen is told', () => {
    const unexplained = { ...healthy, step: undefined };
    const verdict = decide(unexplained);
    assert.equal(verdict.cause, 'unknown');
    assert.deepEqual(JSON.parse(verdict.detail), JSON.parse(JSON.stringify(unexplained)));
  });
});
