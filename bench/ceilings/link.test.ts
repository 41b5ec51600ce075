import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slowestLink } from './link.ts';

test('the slowest link is that of either end, of those that tell their speed, unless somebody said it', () => {
  const gigabit = { links: [{ name: 'eth0', megabitsPerSecond: 1_000 }, { name: 'wlan0' }] };
  const slower = { links: [{ name: 'eth0', megabitsPerSecond: 100 }] };
  // A driver that has no link yet says 0.
  const silent = { links: [{ name: 'eth0', megabitsPerSecond: 0 }] };
  assert.equal(slowestLink({ server: gigabit, fleet: slower }), 100);
  assert.equal(slowestLink({ server: slower, fleet: gigabit }), 100);
  assert.equal(slowestLink({ server: gigabit, fleet: silent }), 1_000);
  assert.equal(slowestLink({ server: silent, fleet: { links: [] } }), undefined);
  assert.equal(slowestLink({ linkMegabitsPerSecond: 20, server: gigabit, fleet: slower }), 20);
});
