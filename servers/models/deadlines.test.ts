import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { Deadlines } from './deadlines.ts';

const lengthMilliseconds = 1_000;

describe('deadlines', () => {
  let missed: string[];
  let deadlines: Deadlines<string>;
  let now: number;

  beforeEach(() => {
    missed = [];
    now = 5_000;
    mock.timers.enable({ apis: ['setInterval'] });
    mock.method(performance, 'now', () => now);
    deadlines = new Deadlines<string>(lengthMilliseconds, (key) => missed.push(key));
  });
  afterEach(() => {
    deadlines.close();
    mock.timers.reset();
    mock.restoreAll();
  });

  /** Advances time in small steps, so that the clock and the timer agree. */
  function pass(milliseconds: number): void {
    for (const end = now + milliseconds; now < end; ) {
      now += 10;
      mock.timers.tick(10);
    }
  }

  test('are missed once, and not before their time', () => {
    deadlines.start('a');
    pass(lengthMilliseconds - 10);
    assert.deepEqual(missed, []);
    pass(lengthMilliseconds);
    assert.deepEqual(missed, ['a']);
    pass(5 * lengthMilliseconds);
    assert.deepEqual(missed, ['a']);
  });

  test('are missed no later than a quarter of their length after their time', () => {
    pass(70);
    deadlines.start('a');
    pass(lengthMilliseconds + lengthMilliseconds / 4);
    assert.deepEqual(missed, ['a']);
  });

  test('are not missed after they are cleared, and the others still end in order', () => {
    for (const key of ['a', 'b', 'c']) {
      deadlines.start(key);
      pass(100);
    }
    deadlines.clear('b');
    pass(2 * lengthMilliseconds);
    assert.deepEqual(missed, ['a', 'c']);
  });

  test('have their full length again when they are restarted', () => {
    deadlines.start('a');
    deadlines.start('b');
    pass(lengthMilliseconds - 100);
    deadlines.start('a');
    pass(lengthMilliseconds - 100);
    assert.deepEqual(missed, ['b']);
    pass(lengthMilliseconds);
    assert.deepEqual(missed, ['b', 'a']);
  });

  test('may be restarted by the callback of a missed one', () => {
    deadlines.close();
    deadlines = new Deadlines<string>(lengthMilliseconds, (key) => {
      missed.push(key);
      deadlines.start(key);
    });
    deadlines.start('a');
    pass(3 * lengthMilliseconds + lengthMilliseconds / 2);
    assert.ok(missed.length >= 2 && missed.length <= 3, String(missed.length));
  });

  test('are not missed after close', () => {
    deadlines.start('a');
    deadlines.close();
    pass(2 * lengthMilliseconds);
    assert.deepEqual(missed, []);
  });
});
