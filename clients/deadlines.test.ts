import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deadlines } from './deadlines.ts';

test('deadlines are missed in the order they were started, once each', () => {
  const deadlines = new Deadlines<string>(100);
  deadlines.start('a', 0);
  deadlines.start('b', 10);
  deadlines.start('c', 20);
  assert.deepEqual(deadlines.missed(99), []);
  assert.deepEqual(deadlines.missed(110), ['a', 'b']);
  assert.deepEqual(deadlines.missed(110), []);
  assert.equal(deadlines.size, 1);
});

test('a cleared deadline is not missed, and a restarted one has its full time again', () => {
  const deadlines = new Deadlines<string>(100);
  deadlines.start('a', 0);
  deadlines.start('b', 0);
  deadlines.start('a', 50);
  deadlines.clear('b');
  assert.deepEqual(deadlines.missed(149), []);
  assert.deepEqual(deadlines.missed(150), ['a']);
  assert.deepEqual([...deadlines.keys()], []);
});
