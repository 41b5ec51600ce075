import assert from 'node:assert/strict';
import { isIPv4 } from 'node:net';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { shares } from '../host/shares.ts';
import { phaseNames } from './names.ts';
import { fleetProcesses, type PlannedTrial, planTrials, sourceAddresses } from './plan.ts';

/** All phases except build and calibration, which have no trials of a contender. */
const trialPhases = phaseNames.filter(
  (name): name is PlannedTrial['phase'] => name !== 'build' && name !== 'calibration',
);

describe('plan of trials', () => {
  const plans = fc.record({
    contenders: fc.shuffledSubarray(['blocking', 'async'], { minLength: 1 }),
    phases: fc.subarray([...phaseNames]),
    trials: fc.integer({ min: 1, max: 20 }),
    seed: fc.nat(),
  });

  test('has each selected phase of each contender once per trial, each with its own name, and nothing else', () => {
    fc.assert(
      fc.property(plans, ({ contenders, phases, trials, seed }) => {
        const planned = planTrials({ contenders, trials, phases, seed });
        const asked = trialPhases.filter((phase) => phases.includes(phase));
        assert.equal(planned.length, contenders.length * asked.length * trials);
        assert.equal(new Set(planned.map(({ id }) => id)).size, planned.length);
        for (const contender of contenders) {
          for (const phase of asked) {
            const found = planned.filter((trial) => trial.contender === contender && trial.phase === phase);
            assert.equal(found.length, trials);
            for (const { id } of found) assert.match(id, new RegExp(`^${phase}-\\d+-${contender}$`));
          }
        }
      }),
    );
  });

  test('has each contender go first in half of the trials of a phase, in an unpredictable order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.nat(), (pairs, seed) => {
        const phases = [...phaseNames];
        const planned = planTrials({ contenders: ['blocking', 'async'], trials: 2 * pairs, phases, seed });
        for (const phase of trialPhases) {
          const order = planned.filter((trial) => trial.phase === phase).map(({ contender }) => contender);
          const first = order.filter((_, index) => index % 2 === 0);
          assert.equal(first.filter((contender) => contender === 'async').length, pairs);
        }
      }),
    );
    const firstOf = (seed: number) =>
      planTrials({ contenders: ['blocking', 'async'], trials: 1, phases: ['memory'], seed })[0]?.contender;
    const seeds = Array.from({ length: 100 }, (_, seed) => firstOf(seed));
    const asyncFirst = seeds.filter((name) => name === 'async').length;
    assert.ok(asyncFirst > 25 && asyncFirst < 75, `${asyncFirst} of 100 seeds have async first`);
  });

  test('is the same for the same seed', () => {
    fc.assert(fc.property(plans, (plan) => assert.deepEqual(planTrials(plan), planTrials(plan))));
  });

  test('has every phase measured once before any is measured twice', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const numbers = planTrials(plan).map(({ number }) => number);
        assert.deepEqual(
          numbers,
          numbers.toSorted((a, b) => a - b),
        );
      }),
    );
  });

  test('has no trial when only the build is measured', () => {
    assert.deepEqual(planTrials({ contenders: ['async'], trials: 3, phases: ['build'], seed: 1 }), []);
  });
});

describe('processes of the fleet', () => {
  test('are as few as can hold the clients', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 60_000 }), (clients, each) => {
        const processes = fleetProcesses(clients, each);
        assert.ok(processes * each >= clients);
        assert.ok(processes === 1 || (processes - 1) * each < clients);
      }),
    );
  });

  const spread: [clients: number, places: number, processes: number][] = [
    [1, 2, 2],
    [10_000, 3, 3],
    [20_000, 2, 2],
    [20_001, 2, 4],
    [30_000, 3, 3],
  ];
  for (const [clients, places, expected] of spread) {
    test(`of ${clients} clients, 10,000 each, at ${places} places are ${expected}, the same number at each`, () => {
      assert.equal(fleetProcesses(clients, 10_000, places), expected);
    });
  }

  test('at several places are as few as can hold an equal part of the clients at each', () => {
    const [clients, each] = [fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 60_000 })];
    fc.assert(
      fc.property(clients, each, fc.integer({ min: 1, max: 8 }), (clients, each, places) => {
        const processes = fleetProcesses(clients, each, places);
        const parts = shares(clients, processes);
        assert.ok((parts[0] ?? 0) <= each);
        const atEach = Array.from({ length: places }, (_, place) =>
          parts.filter((_, process) => process % places === place).reduce((sum, part) => sum + part, 0),
        );
        assert.equal(atEach[0], Math.ceil(clients / places), 'what the preflight counts here');
        assert.ok(Math.max(...atEach) - Math.min(...atEach) <= 1);
        assert.equal(processes / places, fleetProcesses(Math.ceil(clients / places), each));
      }),
    );
  });

  test('have their own source addresses on loopback when there are several', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 100 }), (processes) => {
        const addresses = Array.from({ length: processes }, (_, index) =>
          sourceAddresses(index, processes, '127.0.0.1'),
        );
        const all = addresses.flat();
        for (const address of all) assert.ok(isIPv4(address) && address.startsWith('127.'), address);
        assert.equal(new Set(all).size, processes);
        assert.ok(!all.includes('127.0.0.1'), "the server's own is left to whoever has only one");
      }),
    );
  });

  test('leave the source address to the kernel when there is one process or another machine', () => {
    assert.deepEqual(sourceAddresses(0, 1, '127.0.0.1'), []);
    assert.deepEqual(sourceAddresses(1, 3, '192.168.1.20'), []);
  });
});
