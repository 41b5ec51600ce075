import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fleetHere } from '../../host/fleet-place.ts';
import { createFakeTrial } from '../../testing/fake-trial.ts';
import { countersLine, fleetWindow } from '../../testing/samples.ts';
import type { Trial } from '../../trial/trial.ts';
import { observe } from './observe.ts';

const elsewhere = { ...fleetHere, name: 'pi@a', isHere: false };
/** Messages of two processes on this machine and two on another, in turn. */
const sent = [300, 9_000, 500, 9_000];

/** A trial with one-second windows, in which each fleet process on this machine can send 1,000 messages a second. */
function trialOf(places: Trial['context']['places'], fleet = sent.map((number) => windowOf(number))): Trial {
  const { trial } = createFakeTrial({ record: { append: () => {} } });
  return {
    ...trial,
    context: { ...trial.context, places, fleetCeiling: 1_000 },
    window: () =>
      Promise.resolve({ before: countersLine(0), after: countersLine(1_000), fleet, startedAt: 0, endedAt: 1_000 }),
  };
}

function windowOf(number: number) {
  return fleetWindow({ sent: number, durationMilliseconds: 1_000 });
}

test('the share of the fleet ceiling covers only processes on this machine', async () => {
  const { seen } = await observe(trialOf([fleetHere, elsewhere]), 40, true);
  assert.equal(seen.fleetCeilingShare, 800 / 2_000);
  assert.equal(seen.messagesSent, 18_800, 'all processes count for the messages sent');
});

test('the share covers all processes without another machine', async () => {
  const { seen } = await observe(trialOf([fleetHere]), 40, true);
  assert.equal(seen.fleetCeilingShare, 18_800 / 4_000);
});
