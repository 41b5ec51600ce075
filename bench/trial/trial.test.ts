import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BenchError, Interrupted } from '../errors.ts';
import type { PlannedTrial } from '../plan/plan.ts';
import type { Entry } from '../record/record.ts';
import { createFakeTrial } from '../testing/fake-trial.ts';
import { runTrial } from './trial.ts';

const planned: PlannedTrial = { id: 'memory-1-async', number: 1, phase: 'memory', contender: 'async' };

/** A trial whose server cannot be started, of a run that finds out `isLost` when it asks. */
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

describe('a trial whose server cannot be started', () => {
  test('says so in the record, and takes no other with it', async () => {
    const { result, entries } = await failingTrial(false);
    assert.equal(result, undefined);
    assert.deepEqual(
      entries.map(({ type }) => type),
      ['trial', 'warning', 'trialEnd'],
    );
  });

  test('because a connection is lost is the end of all, and of that alone is told', async () => {
    const { result, entries } = await failingTrial(true);
    assert.ok(result instanceof Interrupted);
    assert.deepEqual(
      entries.map(({ type }) => type),
      ['trial'],
    );
  });
});
