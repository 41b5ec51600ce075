import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { FleetArrived } from '../../clients/contract.ts';
import { resolveConfig } from '../plan/resolve-config.ts';
import { type ArrivalStep, arrivalStepSchema, kneeOf } from '../record/arrival-step.ts';
import { fleetArrived, histogramOf } from '../testing/samples.ts';
import { judgeArrivals } from './judge-arrivals.ts';

/** Limits: a median twice that of the step before, 1 % of arrivals failed, the fleet 90 % busy. */
const config = resolveConfig({ profile: 'smoke' }, true);
const judge = (arrived: readonly FleetArrived[], before?: ArrivalStep) => judgeArrivals(100, arrived, before, config);
/** The step before, with a median of 2 ms; a histogram keeps three digits. */
const before = judge([fleetArrived({ correctedPongMicroseconds: histogramOf(2_000) })]);
const after = (microseconds: number) => [fleetArrived({ correctedPongMicroseconds: histogramOf(microseconds) })];
const none = histogramOf();

interface Row {
  title: string;
  arrived: Partial<FleetArrived>[];
  before?: ArrivalStep;
  verdict: ArrivalStep['verdict'];
  reasons?: RegExp[];
}

const rows: Row[] = [
  { title: 'every criterion met', arrived: [{}], before, verdict: 'kept' },
  { title: 'slow, with no step before', arrived: after(900_000), verdict: 'kept' },
  { title: 'a median just below twice that before', arrived: after(3_990), before, verdict: 'kept' },
  {
    title: 'a median of twice that before',
    arrived: after(4_010),
    before,
    verdict: 'failed',
    reasons: [/^median latency 4\.0 ms, 2\.0 times that of the step before$/],
  },
  {
    title: 'only the uncorrected median is twice that before',
    arrived: [{ pongMicroseconds: histogramOf(9_000), correctedConnectMicroseconds: histogramOf(9_000) }],
    before,
    verdict: 'kept',
  },
  { title: 'one in a hundred failed', arrived: [{ finished: 99, failures: { timeout: 1 } }], verdict: 'kept' },
  {
    title: 'more than one in a hundred failed, counted by kind over all processes',
    arrived: [
      { finished: 98, failures: { timeout: 2 } },
      { finished: 97, failures: { timeout: 2, reset: 1 } },
    ],
    verdict: 'failed',
    reasons: [/^5 of 200 failed \(4 timeout, 1 reset\), allowed 1 %$/],
  },
  {
    title: 'most failed, long after the last success, so the busy share covers the whole time',
    arrived: [
      {
        due: 5_000,
        finished: 900,
        failures: { timeout: 4_100 },
        elapsedMilliseconds: 25_000,
        cpuUserMicroseconds: 2_000_000,
      },
    ],
    verdict: 'failed',
    reasons: [/^4100 of 5000 failed/],
  },
  {
    title: 'none succeeded',
    arrived: [
      {
        finished: 0,
        failures: { refused: 100 },
        durationMilliseconds: 0,
        correctedConnectMicroseconds: none,
        connectMicroseconds: none,
        correctedPongMicroseconds: none,
        pongMicroseconds: none,
      },
    ],
    before,
    verdict: 'failed',
    reasons: [/^100 of 100 failed \(100 refused\)/],
  },
  {
    title: 'failures and slow pongs together',
    arrived: [{ finished: 50, failures: { reset: 50 }, correctedPongMicroseconds: histogramOf(9_000) }],
    before,
    verdict: 'failed',
    reasons: [/^50 of 100 failed/, /^median latency 9\.0 ms, 4\.5 times/],
  },
  { title: 'a fleet as busy as it may be', arrived: [{ cpuUserMicroseconds: 800_000 }], verdict: 'kept' },
  {
    title: 'one fleet process just too busy, with all its arrivals failed',
    arrived: [{}, { cpuUserMicroseconds: 801_000, finished: 0, failures: { timeout: 100 } }],
    before,
    verdict: 'void',
    reasons: [/^the fleet was busy: its loop at 90\.1 %, allowed 90 %$/],
  },
];

describe('verdict on a rate of arrivals', () => {
  for (const { title, arrived, before, verdict, reasons = [] } of rows) {
    test(`${verdict}: ${title}`, () => {
      const step = judge(arrived.map(fleetArrived), before);
      assert.equal(step.verdict, verdict, step.reasons.join('; '));
      assert.equal(step.reasons.length, reasons.length, step.reasons.join('; '));
      for (const [index, reason] of reasons.entries()) assert.match(step.reasons[index] ?? '', reason);
      assert.deepEqual(arrivalStepSchema.parse(step), step);
    });
  }

  test('adds up the results of all fleet processes, over the longest of their times', () => {
    const step = judge([
      fleetArrived({ finished: 99, durationMilliseconds: 1_000, correctedConnectMicroseconds: histogramOf(1_000) }),
      fleetArrived({ finished: 100, durationMilliseconds: 2_000, correctedConnectMicroseconds: histogramOf(9_000) }),
    ]);
    assert.deepEqual([step.askedPerSecond, step.due, step.finished], [100, 200, 199]);
    assert.equal(step.achievedPerSecond, 199 / 2);
    assert.equal(Math.round(step.correctedConnect?.maxMilliseconds ?? 0), 9);
    assert.equal(step.latenessP99Milliseconds, 0.1);
    assert.equal(step.fleetBusyShare, 0.2, 'the share of the busiest process');
  });

  test('has no latency, not 0, when no arrival succeeded', () => {
    const { correctedPong, pong, correctedConnect, connect } = judge([
      fleetArrived({
        finished: 0,
        correctedConnectMicroseconds: none,
        connectMicroseconds: none,
        correctedPongMicroseconds: none,
        pongMicroseconds: none,
      }),
    ]);
    assert.deepEqual([correctedPong, pong, correctedConnect, connect], [undefined, undefined, undefined, undefined]);
  });
});

describe('knee', () => {
  const stepsOf = (verdicts: ArrivalStep['verdict'][]) =>
    verdicts.map((verdict, index): ArrivalStep => ({ ...before, askedPerSecond: 100 + index, verdict }));
  const table: [verdicts: ArrivalStep['verdict'][], asked: number | undefined, isKnee: boolean | undefined][] = [
    [['kept', 'kept', 'failed'], 101, true],
    [['kept', 'failed', 'kept', 'kept'], 100, true],
    [['kept', 'kept'], 101, false],
    [['kept', 'kept', 'void'], 101, false],
    [['kept', 'void', 'failed'], 100, false],
    [['failed', 'kept'], undefined, undefined],
    [['void'], undefined, undefined],
    [[], undefined, undefined],
  ];
  for (const [verdicts, asked, isKnee] of table) {
    test(`of ${verdicts.join(', ') || 'no step'} is ${asked === undefined ? 'none' : `at ${asked}, ${isKnee}`}`, () => {
      const knee = kneeOf(stepsOf(verdicts));
      assert.deepEqual([knee?.step.askedPerSecond, knee?.isKnee], [asked, isKnee]);
    });
  }

  test('has only kept steps before it', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('kept' as const, 'failed' as const, 'void' as const)), (verdicts) => {
        const knee = kneeOf(stepsOf(verdicts));
        const last = knee === undefined ? -1 : knee.step.askedPerSecond - 100;
        assert.ok(verdicts.slice(0, last + 1).every((verdict) => verdict === 'kept'));
        assert.notEqual(verdicts[last + 1], 'kept');
        if (knee !== undefined) assert.equal(knee.isKnee, verdicts[last + 1] === 'failed');
      }),
    );
  });
});
