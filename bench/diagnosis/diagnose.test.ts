import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Cause, causeRows, causes } from '../record/causes.ts';
import { verdictSchema } from '../record/verdict.ts';
import { connectingAt, countersAt, evidenceOf, fleetAt, now, type Seen, sampleAt } from '../testing/evidence.ts';
import { stepOf } from '../testing/runs.ts';
import { roomyLimits, serverEnd } from '../testing/samples.ts';
import { decide, rules } from './diagnose.ts';

const keptOut = stepOf({ clientsOpen: 60 }, 'failed', ['60 of 100 clients connected'], ['connections']);

/** A sign of each cause that keeps clients out, at a time that the test chooses. */
const signs = {
  'fleet out of ports': (at: number) => ({ fleet: [fleetAt(at, { failures: { ports: 1 } })] }),
  'fleet out of descriptors': (at: number) => ({ fleet: [fleetAt(at, { failures: { descriptors: 1 } })] }),
  'server descriptors': (at: number) => ({
    samples: [sampleAt(at, {}, { openDescriptors: 100, openFilesLimit: 100 })],
  }),
  'thread limit': (at: number) => ({ counters: [countersAt(at, { refused: 1 })] }),
  'accept backlog': (at: number) => ({ samples: [sampleAt(at, { listenOverflows: 1 })] }),
  'TCP memory': (at: number) => ({ samples: [sampleAt(at, { tcpMemoryPages: 100_000 })] }),
  conntrack: (at: number) => ({ samples: [sampleAt(at, { conntrackEntries: 100 })] }),
} satisfies Partial<Record<Cause, (at: number) => Seen>>;
type Signed = keyof typeof signs;

function withSigns(found: [cause: Signed, at: number][]) {
  const parts: Seen[] = found.map(([cause, at]) => signs[cause](at));
  const byTime = (one: { atMilliseconds: number }, other: { atMilliseconds: number }) =>
    one.atMilliseconds - other.atMilliseconds;
  const counters = parts.flatMap((part) => part.counters ?? []).toSorted(byTime);
  // Counts never fall.
  const last = countersAt(now, { refused: Math.max(0, ...counters.map(({ value }) => value.counters.refused)) });
  return evidenceOf({
    step: keptOut,
    limits: { conntrackMax: 100 },
    samples: [sampleAt(500), ...parts.flatMap(({ samples = [] }) => samples).toSorted(byTime)],
    counters: [countersAt(500), ...counters, last],
    fleet: parts.flatMap(({ fleet = [] }) => fleet).toSorted(byTime),
  });
}

function namesOf({ cause, others }: ReturnType<typeof decide>): Cause[] {
  return [cause, ...others.map((other) => other.cause)];
}

describe('the cause of a stop', () => {
  test('is the earliest in time, and the others follow in time', () => {
    assert.deepEqual(
      namesOf(
        decide(
          withSigns([
            ['server descriptors', 4_000],
            ['accept backlog', 2_000],
            ['thread limit', 3_000],
          ]),
        ),
      ),
      ['accept backlog', 'thread limit', 'server descriptors'],
    );
  });

  test('is the one further up in the rules when two show at the same moment', () => {
    const order = rules.map(({ cause }) => cause);
    const all = Object.keys(signs).filter((name): name is Signed => name in signs);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(all, { minLength: 1 }),
        fc.array(fc.integer({ min: connectingAt, max: connectingAt + 3 }), { minLength: 8, maxLength: 8 }),
        (chosen, times) => {
          const found = chosen.map((cause, index): [Signed, number] => [cause, times[index] ?? 0]);
          const expected = found
            .toSorted(([one], [other]) => order.indexOf(one) - order.indexOf(other))
            .toSorted(([, one], [, other]) => one - other)
            .map(([cause]) => cause);
          assert.deepEqual(namesOf(decide(withSigns(found))), expected);
        },
      ),
    );
  });

  test('comes with its numbers, how the step failed, and the sentences of the later causes', () => {
    const evidence = withSigns([
      ['thread limit', 2_000],
      ['server descriptors', 3_000],
    ]);
    const verdict = decide(evidence);
    assert.deepEqual(verdict, {
      cause: 'thread limit',
      detail: 'the server refused 1 connections beyond --max-threads; 60 of 100 clients connected',
      numbers: { refused: 1 },
      others: [{ cause: 'server descriptors', detail: '100 of 100 descriptors of the server open (RLIMIT_NOFILE)' }],
    });
    assert.deepEqual(decide(evidence), verdict, 'the same evidence gives the same verdict');
  });

  test('is the target for a step that passed, even with a limit reached', () => {
    const evidence = { ...withSigns([['server descriptors', 2_000]]), step: stepOf({ clientsRequested: 40 }) };
    assert.deepEqual(decide(evidence), {
      cause: 'target reached',
      detail: '40 clients, the target of this run',
      numbers: {},
      others: [],
    });
  });

  test('names the first ceiling beyond a target that was reached', () => {
    const evidence = { ...withSigns([]), step: stepOf({ clientsRequested: 40 }), predicted: 'the first is the door' };
    assert.equal(decide(evidence).detail, '40 clients, the target of this run; the first is the door');
  });

  test('is the fleet for a void step, even with a limit reached', () => {
    const step = stepOf({}, 'void', ['the fleet was late', 'the fleet was busy']);
    const { cause, detail, others } = decide({ ...withSigns([['server descriptors', 2_000]]), step });
    assert.deepEqual([cause, others], ['fleet saturated', []]);
    assert.equal(detail, 'the step is void: the fleet was late; the fleet was busy');
  });

  test('is the time, and not the fleet, when the time was up after a void step', () => {
    const step = stepOf({}, 'void', ['the fleet was late']);
    assert.equal(decide(evidenceOf({ step, timeIsUpAt: now })).cause, 'time limit');
  });

  test('is what kept clients out before the time was up, or else the time', () => {
    for (const step of [undefined, stepOf()]) {
      const evidence = { ...withSigns([['server descriptors', 2_000]]), step, timeIsUpAt: now };
      assert.deepEqual(namesOf(decide(evidence)), ['server descriptors', 'time limit']);
      assert.deepEqual(namesOf(decide(evidenceOf({ step, timeIsUpAt: now }))), ['time limit']);
    }
  });

  test('is unknown without an explanation, and then the detail has all that was seen', () => {
    const fleet = [1, 2, 3, 4].map((open) => fleetAt(open * 1_000, { open }));
    const evidence = evidenceOf({ step: keptOut, fleet });
    const { cause, detail, others } = decide(evidence);
    assert.deepEqual([cause, others], ['unknown', []]);
    const [reasons, seen = ''] = detail.split('; seen: ');
    assert.equal(reasons, '60 of 100 clients connected');
    assert.deepEqual(JSON.parse(seen), {
      observation: keptOut.observation,
      sample: evidence.timeline.samples.at(-1)?.value,
      counters: evidence.timeline.counters.at(-1)?.value,
      fleet: fleet.slice(1).map(({ value }) => value),
      limits: roomyLimits,
    });
  });

  test('is unknown after an end that no rule knows, and the detail has the last words', () => {
    const value = serverEnd({ lastWords: ['good bye'] });
    const { cause, detail } = decide(evidenceOf({ step: undefined, end: { atMilliseconds: now, value } }));
    assert.equal(cause, 'unknown');
    assert.match(detail, /^seen: .*good bye/);
  });

  for (const cause of causes) {
    test(`has a rule, or a reason for none, and not both: ${cause}`, () => {
      const hasRule = rules.some((rule) => rule.cause === cause);
      assert.equal(hasRule, causeRows[cause].noRule === undefined);
    });
  }

  test('can stand in a record', () => {
    for (const cause of causes) {
      const verdict = { cause, detail: '', numbers: { count: 1, bits: '0x1' }, others: [{ cause, detail: '' }] };
      assert.deepEqual(verdictSchema.parse(verdict), verdict);
    }
  });
});
