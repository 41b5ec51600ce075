import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { countersAt, fleetAt, holdingAt, now, sampleAt } from '../../testing/evidence.ts';
import { assertLimit, type LimitRow, named, titleOf } from '../../testing/limit-row.ts';
import { slownessRules } from './slowness.ts';

const base = sampleAt(500);
const zero = countersAt(500);
/** The kernel's time stays at its 10 ms. */
const busy = (milliseconds: number) => ({ cpuUserMilliseconds: 100 + milliseconds });

const table: LimitRow[] = [
  ...(['receivedBytes', 'sentBytes'] as const).map((direction): LimitRow => {
    const card = { receivedBytes: 0, sentBytes: 0, drops: 0 };
    return {
      cause: 'network card',
      // Nine tenths of 100 Mbit/s, for a second of the hold.
      seen: (bytes) => ({
        limits: { links: [{ name: 'eth0', megabitsPerSecond: 100 }] },
        samples: [
          sampleAt(holdingAt, { interfaces: { eth0: card } }),
          sampleAt(6_000, { interfaces: { eth0: { ...card, [direction]: bytes } } }),
        ],
      }),
      at: 11_250_000,
      below: 11_249_999,
      explains: ['messages', 'time'],
      detail: /^eth0 carried 90 of 100 Mbit\/s/,
    };
  }),
  ...[0x1, 0x2, 0x4, 0x8].map(
    (throttleBits): LimitRow => ({
      cause: 'throttled',
      seen: (throttleBits) => ({ samples: [base, sampleAt(2_000, { throttleBits })] }),
      at: throttleBits,
      // The same bit since boot, which is not now.
      below: throttleBits << 16,
      explains: ['messages', 'time'],
      detail: /^the board was slowed down: (under-voltage|frequency capped|throttled|soft temperature limit)/,
    }),
  ),
  {
    cause: 'server hung',
    seen: (silent) => ({ counters: [zero, countersAt(now - silent)] }),
    at: 5_000,
    below: 4_999,
    explains: ['connections', 'reports', 'messages', 'time'],
    detail: /^it was running and had said nothing for 5 s/,
  },
  {
    cause: 'event loop saturated',
    // The server is silent for six seconds. Two samples within them are two seconds apart.
    seen: (cpuMilliseconds) => ({
      counters: [zero, countersAt(now - 6_000)],
      samples: [base, sampleAt(5_000, {}, { cpuUserMilliseconds: 100 }), sampleAt(7_000, {}, busy(cpuMilliseconds))],
    }),
    at: 1_000,
    below: 999,
    explains: ['connections', 'reports', 'messages', 'time'],
    detail: /^the server's loop had not come round for 6 s, and took 50 % of a core/,
  },
  {
    cause: 'event loop saturated',
    seen: (eventLoopUtilisation) => ({
      counters: [countersAt(5_500), countersAt(6_500, {}, { eventLoopUtilisation })],
    }),
    at: 0.95,
    below: 0.949,
    explains: ['messages'],
    detail: /^the server's loop was busy 95 % of the time/,
  },
  {
    cause: 'CPU saturated',
    seen: (cpuBusyShare) => ({ samples: [sampleAt(5_500), sampleAt(6_500, { cpuBusyShare })] }),
    at: 0.95,
    below: 0.949,
    explains: ['reports', 'messages'],
    detail: /^all cores of the server's machine were busy 95 % of the time/,
  },
  {
    cause: 'time limit',
    seen: () => ({ fleet: [fleetAt(2_000, { open: 3 }), fleetAt(3_000, { open: 4 }), fleetAt(3_000, { open: 5 }, 1)] }),
    at: now,
    explains: ['time'],
    detail: /^9 clients connected when the time was up$/,
  },
];

describe('a limit that makes a server slow', () => {
  for (const row of table) test(titleOf(row), () => assertLimit(row));

  test('is a hung server or a busy loop by the share of a core, never both', () => {
    const seen = table.filter(({ cause }) => cause === 'event loop saturated')[0]?.seen;
    assert.deepEqual(
      [named(seen?.(1_000) ?? {}), named(seen?.(999) ?? {})],
      [['event loop saturated'], ['server hung']],
    );
  });

  test('is named once when two rules find it', () => {
    const counters = [
      countersAt(now - 6_500, {}, { eventLoopUtilisation: 1 }),
      countersAt(now - 6_000, {}, { eventLoopUtilisation: 1 }),
    ];
    const samples = [base, sampleAt(5_000, {}, busy(0)), sampleAt(7_000, {}, busy(2_000))];
    assert.deepEqual(named({ counters, samples, holdingAt: 1_000 }), ['event loop saturated']);
  });

  test('stands in this table for every rule', () => {
    const found = new Set(table.map(({ cause }) => cause));
    assert.deepEqual(found, new Set(slownessRules.map(({ cause }) => cause)));
  });
});
