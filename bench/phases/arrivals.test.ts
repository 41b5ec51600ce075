import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { FleetArrived } from '../../clients/contract.ts';
import type { Config } from '../plan/config.ts';
import { profiles } from '../plan/profiles.ts';
import { ofType } from '../record/entries.ts';
import type { Entry } from '../record/record.ts';
import { createFakeTrial } from '../testing/fake-trial.ts';
import { fleetArrived, histogramOf } from '../testing/samples.ts';
import type { Trial } from '../trial/trial.ts';
import { arrivalsTrial, risingRates } from './arrivals.ts';

/** A command to the fleet: a rate, its duration, and the time-out for the answer. */
type Order = [rate: number, duration: number, within: number];

/** Runs an arrivals trial without processes; `answer` gives the result of the order with this number, from 0. */
async function run(
  changes: Partial<Config['arrivals']>,
  answer: (order: number) => Partial<FleetArrived> = () => ({}),
) {
  const entries: Entry[] = [];
  const orders: Order[] = [];
  const { trial } = createFakeTrial({ record: { append: (entry) => void entries.push(entry) } });
  const { config } = trial.context;
  const arriving: Trial = {
    ...trial,
    context: { ...trial.context, config: { ...config, arrivals: { ...config.arrivals, ...changes } } },
    arrive: (...order) => Promise.resolve([fleetArrived(answer(orders.push(order) - 1))]),
  };
  const { found, stop } = await arrivalsTrial(arriving);
  assert.deepEqual(
    ofType(entries, 'arrival').map(({ step }) => step),
    found,
    'the record holds the same steps',
  );
  assert.equal(stop, undefined);
  return { found, orders, config };
}

const slow = { correctedPongMicroseconds: histogramOf(60_000) };
const verdicts = (steps: Awaited<ReturnType<typeof run>>['found']) =>
  steps.map(({ askedPerSecond, verdict }) => `${askedPerSecond} ${verdict}`);

describe('arrivals', () => {
  test('at given rates run all of them in order, even after one fails', async () => {
    const { found } = await run({ ratesPerSecond: [80, 20, 40] }, (order) => (order === 2 ? { finished: 0 } : {}));
    assert.deepEqual(verdicts(found), ['80 kept', '20 failed', '40 kept']);
  });

  test('at given rates are not compared with the rate before', async () => {
    const { found } = await run({ ratesPerSecond: [20, 40] }, (order) => (order === 2 ? slow : {}));
    assert.deepEqual(verdicts(found), ['20 kept', '40 kept']);
  });

  test('rise to the first rate at which latency is twice that of the rate before', async () => {
    const { found } = await run({ ratesPerSecond: [] }, (order) => (order >= 3 ? slow : {}));
    assert.deepEqual(verdicts(found), ['50 kept', '62.5 kept', '78.1 failed']);
  });

  test('rise to the first rate that is void', async () => {
    const busy = { cpuUserMicroseconds: 950_000 };
    const { found } = await run({ ratesPerSecond: [] }, (order) => (order >= 2 ? busy : {}));
    assert.deepEqual(verdicts(found), ['50 kept', '62.5 void']);
  });

  test('rise to the highest rate when every one is kept', async () => {
    const { found } = await run({ ratesPerSecond: [], mostPerSecond: 100 });
    assert.deepEqual(verdicts(found), ['50 kept', '62.5 kept', '78.1 kept', '97.7 kept']);
  });

  test('begin with a warm-up at the first rate, whose result does not count', async () => {
    const { found, orders } = await run({ ratesPerSecond: [30] }, (order) => (order === 0 ? { finished: 0 } : {}));
    assert.deepEqual(
      orders.map(([rate]) => rate),
      [30, 30],
    );
    assert.deepEqual(verdicts(found), ['30 kept']);
  });

  test('last for a step or for the least number of arrivals, and may then take a time-out to end', async () => {
    const { orders, config } = await run({ ratesPerSecond: [10, 1_000], stepMilliseconds: 500, leastArrivals: 100 });
    assert.deepEqual(
      orders.slice(1).map(([, duration]) => duration),
      [10_000, 500],
    );
    for (const [, duration, within] of orders) {
      assert.ok(within > duration + config.ramp.connectTimeoutMilliseconds);
    }
  });
});

describe('rising rates', () => {
  const { arrivals } = profiles.quick;

  test('begin as in the profile, and end just below its maximum', () => {
    const rates = risingRates(arrivals);
    assert.deepEqual(rates.slice(0, 4), [50, 62.5, 78.1, 97.7]);
    assert.ok((rates.at(-1) ?? 0) > arrivals.mostPerSecond / arrivals.growth);
  });

  test('rise by one factor, rounded, from the first rate up to the maximum', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 10, max: 1_000, noNaN: true }),
        fc.double({ min: 1.05, max: 10, noNaN: true }),
        fc.double({ min: 1_000, max: 100_000, noNaN: true }),
        (firstPerSecond, growth, mostPerSecond) => {
          const rates = risingRates({ ...arrivals, firstPerSecond, growth, mostPerSecond });
          assert.ok(rates.length >= 1);
          for (const [index, rate] of rates.entries()) {
            const exact = firstPerSecond * growth ** index;
            assert.ok(Math.abs(rate - exact) <= 0.05 + exact * 1e-9, `${rate}, not ${exact}`);
            assert.ok(rate <= mostPerSecond + 0.05);
            assert.ok(index === 0 || rate > (rates[index - 1] ?? 0));
          }
          assert.ok((rates.at(-1) ?? 0) * growth > mostPerSecond - 0.05 * growth, 'the next rate would be too high');
        },
      ),
    );
  });
});
