import assert from 'node:assert/strict';
import { decide } from '../diagnosis/diagnose.ts';
import type { Effect } from '../diagnosis/rule.ts';
import type { Cause } from '../record/causes.ts';
import { evidenceOf, now, type Seen } from './evidence.ts';
import { stepOf } from './runs.ts';
import { serverEnd } from './samples.ts';

/** Evidence of each effect that a cause can explain. */
const effects: Record<Effect, Seen> = {
  connections: { step: stepOf({}, 'failed', ['some did not come'], ['connections']) },
  reports: { step: stepOf({}, 'failed', ['it said nothing'], ['reports']) },
  messages: { step: stepOf({}, 'failed', ['it was slow'], ['messages']) },
  time: { step: stepOf(), timeIsUpAt: now },
  // An end that says nothing about its cause.
  end: { end: { atMilliseconds: now, value: serverEnd({ exitCode: 1 }) } },
};
const allEffects = ['connections', 'reports', 'messages', 'time', 'end'] as const satisfies Effect[];

/** A limit, and the evidence that shows it. */
export interface LimitRow {
  cause: Cause;
  /** Evidence around a number: it shows the cause with `at`, and does not with `below`, where there is such a number. */
  seen: (value: number) => Seen;
  at: number;
  below?: number;
  explains: Effect[];
  detail: RegExp;
}

export function titleOf({ cause, at, below, explains }: LimitRow): string {
  return `${cause}: ${at}, and not ${below}, explains ${explains.join(', ')} and nothing else`;
}

export function assertLimit({ cause, seen, at, below, explains, detail }: LimitRow): void {
  for (const effect of allEffects) {
    assert.equal(named({ ...seen(at), ...effects[effect] }).includes(cause), explains.includes(effect), effect);
    if (!explains.includes(effect)) continue;
    if (below !== undefined) assert.ok(!named({ ...seen(below), ...effects[effect] }).includes(cause), effect);
    const verdict = decide(evidenceOf({ ...seen(at), ...effects[effect] }));
    assert.match([verdict, ...verdict.others].find((one) => one.cause === cause)?.detail ?? '', detail);
  }
}

/** All causes that the evidence supports, the earliest first. */
export function named(seen: Seen): Cause[] {
  const { cause, others } = decide(evidenceOf(seen));
  return [cause, ...others.map((other) => other.cause)];
}
