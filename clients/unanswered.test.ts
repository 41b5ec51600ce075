import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maxUnanswered, notYet, type TimedMessage, Unanswered } from './unanswered.ts';

const message = (scheduledAt: number): TimedMessage => ({ scheduledAt, sentAt: notYet, ping: notYet });

test('at the limit the oldest messages are kept, unless they are obsolete', () => {
  const unanswered = new Unanswered();
  const obsolete = (oldest: TimedMessage) => oldest.scheduledAt < 10;
  for (let at = 0; at < maxUnanswered + 100; at += 1) unanswered.add(message(at), obsolete);
  assert.equal(unanswered.size, maxUnanswered);
  const times = Array.from(unanswered, ({ scheduledAt }) => scheduledAt);
  assert.deepEqual([times.at(0), times.at(-1)], [10, maxUnanswered + 9]);
  unanswered.pinged(7);
  assert.equal(unanswered.needsPing, false);
  assert.equal(unanswered.take(8).length, 0);
  assert.equal(unanswered.take(7).length, maxUnanswered);
  assert.equal(unanswered.size, 0);
});
