import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createFakeTrial } from '../testing/fake-trial.ts';
import { countersLine, fleetWindow, serverEnd } from '../testing/samples.ts';
import type { Trial } from '../trial/trial.ts';
import { memoryTrial } from './memory.ts';

/** A memory trial without processes; `changes` replaces parts of a sound one. */
function start(changes: Partial<Trial> = {}) {
  const warnings: string[] = [];
  const fake = createFakeTrial({ record: { append: () => {} }, overrides: { memoryClients: '5' } });
  const trial: Trial = { ...fake.trial, warn: (message) => warnings.push(message), ...changes };
  return { ...fake, trial, warnings };
}

const times = { startedAt: 0, endedAt: 1_000 };

describe('memory trial', () => {
  test('succeeds without warnings when all clients connect and stay', async () => {
    const { trial, warnings } = start();
    assert.deepEqual(await memoryTrial(trial), { found: true });
    assert.deepEqual(warnings, []);
  });

  test('fails when some clients do not connect', async () => {
    const { trial } = start();
    const connect: Trial['connect'] = async (clients, within) => trial.connect(clients - 2, within);
    await assert.rejects(memoryTrial({ ...trial, connect }), /^Error: 3 of 5 clients connected$/);
  });

  test('fails when clients are lost in the window', async () => {
    const window: Trial['window'] = async () => ({
      before: countersLine(0),
      after: countersLine(1_000),
      fleet: [fleetWindow({ open: 4, lost: 1 })],
      ...times,
    });
    await assert.rejects(memoryTrial(start({ window }).trial), /^Error: 1 clients were lost in the window$/);
  });

  test('fails with the way the server ended in the window', async () => {
    const { trial, say } = start();
    const window: Trial['window'] = async () => {
      say(serverEnd({ signal: 'SIGSEGV' }));
      return { before: countersLine(0), after: undefined, fleet: [fleetWindow()], ...times };
    };
    await assert.rejects(memoryTrial({ ...trial, window }), /reported nothing any more: the server ended \(SIGSEGV\)$/);
  });

  test('hands its window to the audit', async () => {
    const claimed: [clients: number, sending: boolean][] = [];
    const { trial } = start({ claim: (_window, clients, sending) => claimed.push([clients, sending]) });
    await memoryTrial(trial);
    assert.deepEqual(claimed, [[5, true]]);
  });
});
