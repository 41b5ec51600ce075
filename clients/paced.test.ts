import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PacedAttempts } from './paced.ts';
import { dueMilliseconds } from './pacer.ts';

test('each attempt begins once, not before it is due, and gets its due time, for any order of ends', (t) => {
  const pace = fc.record({
    attempts: fc.nat(40),
    perSecond: fc.integer({ min: 10, max: 3_000 }),
    maxInFlight: fc.integer({ min: 1, max: 8 }),
  });
  fc.assert(
    fc.property(pace, fc.array(fc.nat(300), { minLength: 1, maxLength: 10 }), (pace, lengths) => {
      let now = 1_000;
      t.mock.timers.reset();
      t.mock.restoreAll();
      t.mock.method(performance, 'now', () => now);
      t.mock.timers.enable({ apis: ['setTimeout'] });
      const begun: number[] = [];
      let ends: number[] = [];
      let done = 0;
      let heldBack = 0;
      const attempts = new PacedAttempts(pace, {
        begin(dueAt) {
          assert.equal(dueAt, 1_000 + dueMilliseconds(pace, begun.length));
          assert.ok(now >= dueAt - 1e-9);
          if (now > dueAt + 2) heldBack += 1;
          ends.push(now + (lengths[begun.length % lengths.length] ?? 0));
          begun.push(dueAt);
          assert.ok(ends.length <= pace.maxInFlight);
        },
        done: () => {
          done += 1;
        },
      });
      attempts.proceed();
      for (let steps = 0; done === 0 && steps < 20_000; steps += 1) {
        assert.equal(attempts.inFlight, ends.length);
        now += 1;
        t.mock.timers.tick(1);
        const over = ends.filter((end) => end <= now).length;
        ends = ends.filter((end) => end > now);
        for (let ended = 0; ended < over; ended += 1) attempts.ended();
      }
      assert.deepEqual([begun.length, attempts.started, done], [pace.attempts, pace.attempts, 1]);
      if (pace.maxInFlight >= pace.attempts) assert.equal(heldBack, 0, 'without a bound no attempt is late');
    }),
    { numRuns: 200 },
  );
});

test('after a stop no attempt begins, and done is never called', (t) => {
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let begun = 0;
  const attempts = new PacedAttempts(
    { attempts: 2, perSecond: 10, maxInFlight: 1 },
    {
      begin: () => {
        begun += 1;
      },
      done: () => assert.fail('it was stopped'),
    },
  );
  attempts.proceed();
  attempts.stop();
  now = 10_000;
  t.mock.timers.tick(10_000);
  attempts.ended();
  assert.deepEqual([begun, attempts.inFlight], [1, 0]);
});
