import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { resolveConfig } from '../../plan/resolve-config.ts';
import { type AuditCheck, checkSchema, objection } from '../../record/check.ts';
import type { Entry } from '../../record/record.ts';
import { conditionsOf } from '../../summary/conditions.ts';
import { connected } from '../../testing/fake-trial.ts';
import { agentSample, countersLine, fleetWindow, histogramOf } from '../../testing/samples.ts';
import { audit } from './audit.ts';
import type { Audited, AuditedWindow } from './check.ts';

const config = resolveConfig({ profile: 'smoke', cipher: 'TLS_AES_128_GCM_SHA256' }, true);
const asked = `TLSv1.3 ${config.cipher}`;
const steady = fleetWindow({ open: 10 });
const sampled = (at: number, seen: Parameters<typeof agentSample>[2] = {}, wall = 0) => ({
  atMilliseconds: at,
  value: { ...agentSample(at, {}, seen), wallMilliseconds: 1_800_000_000_000 + at + wall },
});
const claimed = (fleet = steady, change: Partial<AuditedWindow> = {}): AuditedWindow => ({
  clientsRequested: 10,
  sending: true,
  startedAt: 1_500,
  endedAt: 3_500,
  fleet: [fleet],
  ...change,
});

/** A trial that meets every check, with the changes of a test. */
function seen(change: Partial<Audited> = {}): Audited {
  return {
    config,
    windows: [claimed()],
    spans: [],
    handshakes: [{ ...connected(10), negotiated: { [asked]: 10 } }],
    samples: [1_000, 2_000, 3_000, 4_000].map((at) => sampled(at, { governor: 'performance', throttleBits: 0x50000 })),
    counters: countersLine(5_000, { messages: 98, rejectedJson: 2 }),
    fleet: { sent: 100, lost: 0 },
    arrivals: { due: 0, finished: 0 },
    ...change,
  };
}
const broken = (change: Partial<Audited>): string[] =>
  audit(seen(change))
    .filter((check) => !check.isMet)
    .map(objection);
const late = { latenessMicroseconds: histogramOf(12_600) };

describe('the audit of a trial', () => {
  test('makes every check, and a sound trial meets them all', () => {
    const checks = audit(seen());
    assert.deepEqual(
      checks.filter((check) => !check.isMet),
      [],
    );
    assert.deepEqual(
      checks.map(({ name }) => name),
      [
        'sent = parsed + rejected + in flight at the end',
        'TLS sessions resumed',
        'cipher',
        'step of the wall clock',
        'governor of the CPU',
        'throttle state',
        'clients open at 10 clients',
        'longest time without a sample at 10 clients',
        'mean latency at 10 clients',
        'p50 latency at 10 clients',
        "Little's law at 10 clients",
        'busiest loop of the fleet at 10 clients',
        'p99 of how late messages were sent at 10 clients',
      ],
    );
    for (const check of checks) assert.deepEqual(checkSchema.parse(JSON.parse(JSON.stringify(check))), check);
  });

  const table: [title: string, change: Partial<Audited>, name: AuditCheck['name']][] = [
    ['a message that was sent and not parsed', { fleet: { sent: 101, lost: 0 } }, 'sent = parsed + rejected'],
    ['a message that was parsed and not sent', { fleet: { sent: 99, lost: 0 } }, 'sent = parsed + rejected'],
    ['more parsed than sent, even with sessions lost', { fleet: { sent: 99, lost: 3 } }, 'sent = parsed + rejected'],
    [
      'arrivals that finished and were not parsed',
      { fleet: { sent: 0, lost: 0 }, arrivals: { due: 101, finished: 101 } },
      'sent = parsed + rejected',
    ],
    [
      'a resumed session',
      { handshakes: [{ ...connected(10), negotiated: { [asked]: 10 }, resumed: 1 }] },
      'TLS sessions resumed: 1',
    ],
    ...['TLSv1.3 TLS_CHACHA20_POLY1305_SHA256', `TLSv1.2 ${config.cipher}`].map((other): (typeof table)[number] => [
      `a handshake with ${other}`,
      { handshakes: [{ ...connected(10), negotiated: { [asked]: 9, [other]: 1 } }] },
      `cipher: ${asked}, ${other}`,
    ]),
    ['a clock that was set', { samples: [sampled(1_000), sampled(2_000, {}, 150)] }, 'step of the wall clock: 150 ms'],
    ['a clock that was set back', { samples: [sampled(1_000), sampled(2_000, {}, -150)] }, 'step of the wall clock'],
    [
      'another governor',
      { samples: [sampled(1_000, { governor: 'powersave' }), sampled(2_500, { governor: 'performance' })] },
      'governor of the CPU: powersave, then performance',
    ],
    [
      'a board that was throttled',
      { samples: [sampled(1_000, { throttleBits: 0 }), sampled(2_500, { throttleBits: 0x40004 })] },
      'throttle state: 0x0, then 0x40004',
    ],
    ['a missing client', { windows: [claimed({ ...steady, open: 9 })] }, 'clients open at 10 clients: 9'],
    [
      'a time without samples',
      { samples: [sampled(1_000), sampled(4_001)] },
      'longest time without a sample at 10 clients: 3001 ms',
    ],
    [
      'a time without samples while clients arrived',
      { windows: [], spans: [{ what: '20 arrivals a second', startedAt: 500, endedAt: 9_000 }] },
      'longest time without a sample at 20 arrivals a second: 5000 ms',
    ],
    [
      'more messages in flight than one session can hold',
      { fleet: { sent: 100_000, lost: 1 } },
      'sent = parsed + rejected',
    ],
    ['pongs that were counted twice', { windows: [claimed({ ...steady, waitingMean: 0.0032 })] }, "Little's law"],
    ['pongs that were lost', { windows: [claimed({ ...steady, waitingMean: 0.0028 })] }, "Little's law"],
    ['a fleet that was late', { windows: [claimed({ ...steady, ...late })] }, 'p99 of how late messages were sent'],
    [
      'a fleet that was busy',
      { windows: [claimed({ ...steady, cpuUserMicroseconds: 1_900_000 })] },
      'busiest loop of the fleet at 10 clients: 95 %',
    ],
  ];
  for (const [title, change, name] of table) {
    test(`finds ${title}`, () => {
      const found = broken(change);
      assert.equal(found.length, 1, found.join('; '));
      assert.ok(found[0]?.startsWith(name), found.join());
    });
  }

  const bits = (...seenBits: (number | undefined)[]) =>
    seenBits.map((throttleBits, index) => sampled(1_000 + index * 1_000, { throttleBits }));
  const throttling: [title: string, throttleBits: (number | undefined)[], isSame: boolean][] = [
    ['that stays the same', [0x50000, 0x50000, 0x50000], true],
    ['that some samples do not report', [undefined, 0x50000, undefined, 0x50000], true],
    ['that begins, with a sticky bit', [0, 0x40000], false],
    ['that begins after samples without a report', [0, undefined, 0x10000], false],
    ['that ends and leaves a sticky bit', [0x40004, 0x40000], false],
  ];
  for (const [title, throttleBits, isSame] of throttling) {
    test(`${isSame ? 'accepts' : 'rejects'} throttling ${title}`, () => {
      const found = audit(seen({ windows: [], samples: bits(...throttleBits) })).filter(({ isMet }) => !isMet);
      assert.deepEqual(
        found.map(({ name }) => name),
        isSame ? [] : ['throttle state'],
      );
    });
  }

  test('accepts throttling between two trials, which the conditions of the summary report', () => {
    const trials = { 'memory-1-async': bits(0, 0), 'memory-1-blocking': bits(0x40000, 0x40000) };
    for (const samples of Object.values(trials)) assert.deepEqual(broken({ windows: [], samples }), []);
    const entries = Object.entries(trials).flatMap(([trial, samples]) =>
      samples.map(({ value: line }): Entry => ({ type: 'server', trial, line })),
    );
    assert.deepEqual(conditionsOf(entries).throttleBits, [0, 0x40000]);
  });

  test('accepts messages in flight in lost sessions', () => {
    assert.deepEqual(broken({ fleet: { sent: 150, lost: 1 } }), []);
    assert.deepEqual(broken({ arrivals: { due: 5, finished: 0 } }), []);
  });

  test('requires no samples when sampling was turned off', () => {
    const unwatched = { ...config, sampleMilliseconds: 3_600_000 };
    assert.deepEqual(broken({ config: unwatched, samples: [sampled(1_000)] }), []);
  });

  test('checks only connections when nothing was sent', () => {
    const silent = claimed({ ...steady, ...late, waitingMean: 7 }, { sending: false });
    assert.deepEqual(broken({ windows: [silent] }), []);
  });

  test('makes no check without data', () => {
    const nothing = { windows: [], handshakes: [], samples: [], counters: undefined, fleet: undefined };
    const checks = audit(seen(nothing));
    assert.deepEqual(
      checks.map(({ found, isMet, isMade }) => [found, isMet, isMade]),
      [['the server did not end in order', true, false]],
    );
  });
});
