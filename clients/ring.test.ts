import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Ring, type RingMember } from './ring.ts';

interface Named extends RingMember {
  name: string;
}
const member = (name: string): Named => ({ name, slot: -1, position: -1 });

function due(ring: Ring<Named>, now: number): [string, number][] {
  const calls: [string, number][] = [];
  ring.due(now, (called, scheduled) => calls.push([called.name, scheduled]));
  return calls;
}

test('each member is due once per interval, at its phase', () => {
  const ring = new Ring<Named>(100, 5_000);
  assert.equal(ring.add(member('a'), 0.25), 5_025);
  assert.equal(ring.add(member('b'), 0.5), 5_050);
  assert.equal(ring.next(), 5_025);
  assert.deepEqual(due(ring, 5_024.9), []);
  assert.deepEqual(due(ring, 5_025), [['a', 5_025]]);
  assert.equal(ring.next(), 5_050);
  assert.deepEqual(due(ring, 5_099), [['b', 5_050]]);
  assert.equal(ring.next(), 5_125);
});

test('a member is visited for every missed interval, with its due time', () => {
  const ring = new Ring<Named>(100, 0);
  ring.add(member('a'), 0.1);
  assert.deepEqual(due(ring, 315), [
    ['a', 10],
    ['a', 110],
    ['a', 210],
    ['a', 310],
  ]);
  assert.deepEqual(due(ring, 320), []);
});

test('skipTo drops what was due before', () => {
  const ring = new Ring<Named>(100, 0);
  ring.add(member('a'), 0.1);
  ring.skipTo(250.5);
  assert.equal(ring.next(), 310);
  assert.deepEqual(due(ring, 315), [['a', 310]]);
});

test('a member added to a slot that has passed is due in the next interval', () => {
  const ring = new Ring<Named>(100, 0);
  due(ring, 250);
  assert.equal(ring.add(member('late'), 0.2), 320);
  assert.equal(ring.next(), 320);
});

test('an empty ring has no next due time', () => {
  const ring = new Ring<Named>(100, 0);
  const only = member('a');
  ring.add(only, 0.5);
  ring.remove(only);
  ring.remove(only);
  assert.equal(ring.next(), undefined);
  assert.equal(ring.size, 0);
});

test('after any removals, only the remaining members are due, once per interval', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { maxLength: 40 }),
      fc.array(fc.nat(39)),
      fc.integer({ min: 1, max: 30 }),
      (phases, leaving, interval) => {
        const ring = new Ring<Named>(interval, 0);
        const members = phases.map((phase, index) => {
          const added = member(`${index}`);
          ring.add(added, phase);
          return added;
        });
        const gone = new Set(leaving.flatMap((index) => members[index] ?? []));
        for (const left of gone) ring.remove(left);
        const staying = members.filter((one) => !gone.has(one));
        assert.equal(ring.size, staying.length);
        // Two steps that cross a turn of the ring, so that the order of calls across it is checked too.
        const calls = [...due(ring, interval * 1.5), ...due(ring, interval * 3 - 1)];
        const times = calls.map(([, scheduled]) => scheduled);
        assert.deepEqual(
          times,
          times.toSorted((one, other) => one - other),
        );
        for (const one of staying) {
          const own = calls.filter(([name]) => name === one.name).map(([, scheduled]) => scheduled);
          assert.deepEqual(own, [one.slot, one.slot + interval, one.slot + 2 * interval]);
        }
        assert.equal(calls.length, staying.length * 3);
      },
    ),
  );
});
