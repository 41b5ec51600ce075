import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { BenchError, Interrupted } from '../errors.ts';
import { rampSteps } from '../plan.ts';
import { RecordWriter, readRecord } from '../record.ts';
import { ofType } from '../summary.ts';
import { connected, createFakeTrial, type FakeOptions } from '../testing/fake-trial.ts';
import { runEntry } from '../testing/runs.ts';
import { histogramOf } from '../testing/samples.ts';
import { rampTrial } from './ramp.ts';

/** Lateness of 50 ms, where 12.5 are allowed: the step is void. */
const late = { latenessMicroseconds: histogramOf(50_000) };
const slow = { correctedMicroseconds: histogramOf(900_000) };
const forEver = () => new Promise<never>(() => {});

describe('ramp', () => {
  let folder: string;
  let record: RecordWriter;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pi-websocket-bench-'));
    record = new RecordWriter(join(folder, 'run'));
    record.append(runEntry());
  });
  afterEach(() => {
    record.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const start = (options: Omit<FakeOptions, 'record'> = {}) => createFakeTrial({ record, ...options });
  const steps = async () => ofType(await readRecord(record.directory), 'step').map(({ step }) => step);

  test('goes through all its steps to the target', async () => {
    const { trial } = start();
    assert.deepEqual(await rampTrial(trial, true), {
      cause: 'target reached',
      detail: '40 clients, the target of this run',
    });
    const { clients, steps: number } = trial.context.config.ramp;
    const recorded = await steps();
    assert.deepEqual(
      recorded.map(({ observation }) => observation.clientsRequested),
      rampSteps(clients, number),
    );
    for (const { verdict, observation } of recorded) {
      assert.equal(verdict, 'passed');
      assert.equal(observation.messagesParsed, 4 * observation.clientsRequested);
    }
  });

  test('ends with the first step that failed', async () => {
    const { trial } = start({ window: (_hold, clients) => (clients >= 20 ? slow : {}) });
    assert.equal((await rampTrial(trial, true)).cause, 'latency');
    assert.deepEqual(
      (await steps()).map(({ verdict }) => verdict),
      ['passed', 'passed', 'failed'],
    );
  });

  test('holds a void step again, and goes on when it passes then', async () => {
    const { trial } = start({ window: (hold) => (hold === 1 ? late : {}) });
    assert.equal((await rampTrial(trial, true)).cause, 'target reached');
    assert.deepEqual(
      (await steps()).map(({ verdict, observation }) => `${observation.clientsRequested} ${verdict}`),
      ['5 passed', '10 void', '10 passed', '20 passed', '40 passed'],
    );
    const opened = (await steps()).map(({ observation }) => [
      observation.connectionsOpened,
      observation.connectMilliseconds,
    ]);
    assert.deepEqual(
      opened,
      [
        [5, 50],
        [5, 50],
        [0, 0],
        [5, 50],
        [5, 50],
      ],
      'the hold that was repeated opened none',
    );
  });

  test('fails when clients had to be replaced since the step before', async () => {
    const { trial } = start({ connect: (clients) => Promise.resolve([connected(clients, {}, clients === 5 ? 5 : 7)]) });
    const { cause, detail } = await rampTrial(trial, true);
    assert.equal(cause, 'connections lost');
    assert.match(detail ?? '', /2 clients lost/);
  });

  test('ends by the fleet when a step stays void', async () => {
    const { trial } = start({ window: () => late });
    assert.equal((await rampTrial(trial, true)).cause, 'fleet saturated');
    assert.equal((await steps()).length, 1 + trial.context.config.ramp.voidRetries);
  });

  test('still knows why clients could not connect when the step is held again', async () => {
    const { trial } = start({
      connect: (clients) => Promise.resolve([connected(clients - 1, { ports: 1 })]),
      window: (hold, clients) => ({ open: clients - 1, ...(hold === 0 && late) }),
    });
    const { cause } = await rampTrial(trial, true);
    assert.equal(cause, 'fleet out of ports');
  });

  test('sees a server that ends while clients connect, though the fleet goes on trying', async () => {
    const { trial, say } = start({
      connect: () => {
        say({ type: 'end', monotonicMilliseconds: 1, exitCode: null, signal: 'SIGKILL', lastWords: [] });
        return forEver();
      },
    });
    assert.equal((await rampTrial(trial, true)).cause, 'server killed');
    assert.deepEqual(await steps(), []);
  });

  for (const error of [new BenchError('PROCESS_FAILED', 'the agent ended'), new Interrupted()]) {
    test(`claims nothing when ${error.message || 'it is interrupted'} while clients connect`, async () => {
      let calls = 0;
      const { trial, lose } = start({
        connect: (clients) => {
          calls += 1;
          if (calls === 1) return Promise.resolve([connected(clients)]);
          lose(error);
          return forEver();
        },
      });
      await assert.rejects(rampTrial(trial, true), (caught) => caught === error);
      assert.equal((await steps()).length, 1);
    });
  }

  test('ends by its time limit when the fleet does not come to an end of connecting', async () => {
    const limits: number[] = [];
    const { trial } = start({
      connect: (clients, within) => {
        limits.push(within);
        return clients < 20
          ? Promise.resolve([connected(clients)])
          : Promise.reject(new BenchError('PROCESS_SILENT', 'no report'));
      },
    });
    assert.deepEqual(await rampTrial(trial, true), {
      cause: 'time limit',
      detail: '20 clients connected when the time was up',
    });
    for (const limit of limits) assert.ok(limit > 0 && limit <= trial.context.config.ramp.limitMilliseconds);
  });

  test('that is silent looks at connections alone', async () => {
    const { trial } = start({
      window: () => ({ scheduled: 0, sent: 0, pongs: 0, correctedMicroseconds: histogramOf() }),
    });
    assert.equal((await rampTrial(trial, false)).cause, 'target reached');
  });
});
