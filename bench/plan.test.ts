import assert from 'node:assert/strict';
import { isIPv4 } from 'node:net';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { contenderNames } from '../servers/contract/contenders.ts';
import { fleetProcesses, planTrials, rampSteps, sourceAddresses } from './plan.ts';
import { phaseNames } from './record.ts';

describe('plan of trials', () => {
  const plans = fc.record({
    contenders: fc.shuffledSubarray([...contenderNames], { minLength: 1 }),
    trials: fc.integer({ min: 1, max: 20 }),
  });

  test('has every phase of every contender once a trial, each by a name of its own', () => {
    fc.assert(
      fc.property(plans, ({ contenders, trials }) => {
        const planned = planTrials({ contenders, trials });
        assert.equal(planned.length, contenders.length * phaseNames.length * trials);
        assert.equal(new Set(planned.map(({ id }) => id)).size, planned.length);
        for (const contender of contenders) {
          for (const phase of phaseNames) {
            const found = planned.filter((trial) => trial.contender === contender && trial.phase === phase);
            assert.equal(found.length, trials);
            for (const { id } of found) assert.match(id, new RegExp(`^${phase}-\\d+-${contender}$`));
          }
        }
      }),
    );
  });

  test('turns the order within a phase from trial to trial, so that each contender is first in half of them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), (pairs) => {
        const planned = planTrials({ contenders: ['blocking', 'async'], trials: 2 * pairs });
        for (const phase of phaseNames) {
          const order = planned.filter((trial) => trial.phase === phase).map(({ contender }) => contender);
          const first = order.filter((_, index) => index % 2 === 0);
          assert.equal(first.filter((contender) => contender === 'async').length, pairs);
          assert.equal(first.filter((contender, index) => contender === first[index - 1]).length, 0);
        }
      }),
    );
  });

  test('of one trial does not give one contender the first place in every phase', () => {
    const ids = planTrials({ contenders: ['blocking', 'async'], trials: 1 }).map(({ id }) => id);
    assert.deepEqual(ids, [
      'memory-1-blocking',
      'memory-1-async',
      'silent-ramp-1-async',
      'silent-ramp-1-blocking',
      'sending-ramp-1-blocking',
      'sending-ramp-1-async',
    ]);
  });
});

describe('steps of a ramp', () => {
  const table: [target: number, steps: number, clients: number[]][] = [
    [2_000, 5, [100, 200, 400, 800, 1_200, 1_600, 2_000]],
    [40, 2, [5, 10, 20, 40]],
    [100, 1, [100]],
    [1, 1, [1]],
    [2, 5, [1, 2]],
    [3, 3, [1, 2, 3]],
  ];
  for (const [target, steps, clients] of table) {
    test(`towards ${target} in ${steps}`, () => assert.deepEqual(rampSteps(target, steps), clients));
  }

  test('are ascending whole numbers that begin small and end with the target', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 1_000 }), (target, steps) => {
        const clients = rampSteps(target, steps);
        assert.equal(clients.at(-1), target);
        assert.ok(clients.length <= steps + 2);
        assert.ok((clients[0] ?? 0) >= 1);
        if (steps > 1) assert.ok((clients[0] ?? 0) <= Math.max(1, Math.round(target / steps / 4)));
        for (const [index, number] of clients.entries()) {
          assert.ok(Number.isSafeInteger(number));
          if (index > 0) assert.ok(number > (clients[index - 1] ?? 0), `${clients}`);
        }
      }),
    );
  });
});

describe('processes of the fleet', () => {
  test('are as few as hold the clients', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 60_000 }), (clients, each) => {
        const processes = fleetProcesses(clients, each);
        assert.ok(processes * each >= clients);
        assert.ok(processes === 1 || (processes - 1) * each < clients);
      }),
    );
  });

  test('have source addresses of their own, on loopback, as soon as there are two', () => {
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

  test('leave the choice of a source address to the kernel when there is one process, or another machine', () => {
    assert.deepEqual(sourceAddresses(0, 1, '127.0.0.1'), []);
    assert.deepEqual(sourceAddresses(1, 3, '192.168.1.20'), []);
  });
});
