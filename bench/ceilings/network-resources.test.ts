import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slowestLink } from './network-resources.ts';

test('the slowest link is that of either end that reports a speed, unless the user gave one', () => {
  const gigabit = { links: [{ name: 'eth0', megabitsPerSecond: 1_000 }, { name: 'wlan0' }] };
  const slower = { links: [{ name: 'eth0', megabitsPerSecond: 100 }] };
  // A driver without a link reports 0.
  const silent = { links: [{ name: 'eth0', megabitsPerSecond: 0 }] };
  assert.equal(slowestLink({ server: gigabit, fleet: slower }), 100);
  assert.equal(slowestLink({ server: slower, fleet: gigabit }), 100);
  assert.equal(slowestLink({ server: gigabit, fleet: silent }), 1_000);
  assert.equal(slowestLink({ server: silent, fleet: { links: [] } }), undefined);
  assert.equal(slowestLink({ linkMegabitsPerSecond: 20, server: gigabit, fleet: slower }), 20);
});
