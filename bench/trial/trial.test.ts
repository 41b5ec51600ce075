import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BenchError, Interrupted } from '../errors.ts';
import type { PlannedTrial } from '../plan/plan.ts';
import type { Entry } from '../record/record.ts';
import { createFakeTrial } from '../testing/fake-trial.ts';
import { runTrial } from './trial.ts';

const planned: PlannedTrial = { id: 'memory-1-async', number: 1, phase: 'memory', contender: 'async' };

/** Runs a trial whose server cannot start; `isLost`: the connection turns out to be lost when it is probed. */
async function failingTrial(isLost: boolean): Promise<{ result: unknown; entries: Entry[] }> {
  const entries: Entry[] = [];
  const record = { append: (entry: Entry) => void entries.push(entry) };
  const { context } = createFakeTrial({ record }).trial;
  const end = new AbortController();
  const host = {
    ...context.host,
    startServer: () => Promise.reject(new BenchError('PROCESS_FAILED', 'the agent ended')),
  };
  const probe = async () => {
    if (isLost) end.abort();
  };
  const body = () => assert.fail('there is no server');
  const result = await runTrial({ ...context, host, probe, signal: end.signal }, planned, 1, body).catch(
    (error: unknown) => error,
  );
  return { result, entries };
}

describe('a trial whose server cannot start', () => {
  test('is recorded as failed, and the run continues', async () => {
    const { result, entries } = await failingTrial(false);
    assert.equal(result, undefined);
    assert.deepEqual(
      entries.map(({ type }) => type),
      ['trial', 'warning', 'trialEnd'],
    );
  });

  test('ends the run as interrupted, and records no failure of its own, when the connection is lost', async () => {
    const { result, entries } = await failingTrial(true);
    assert.ok(result instanceof Interrupted);
    assert.deepEqual(
      entries.map(({ type }) => type),
      ['trial'],
    );
  });
});
