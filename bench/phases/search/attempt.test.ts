import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { BenchError, Interrupted } from '../../errors.ts';
import { ofType } from '../../record/entries.ts';
import { readRecord } from '../../record/file.ts';
import { RecordWriter } from '../../record/writer.ts';
import { connected, createFakeTrial, type FakeOptions, type FakeTrial } from '../../testing/fake-trial.ts';
import { runEntry, trialEntry } from '../../testing/runs.ts';
import { countersLine, fleetSample, histogramOf, serverEnd } from '../../testing/samples.ts';
import type { Trial } from '../../trial/trial.ts';
import { attempt } from './attempt.ts';

/** Lateness of 50 ms where 12.5 ms are allowed, so the step is void. */
const late = { latenessMicroseconds: histogramOf(50_000) };
const slow = { correctedMicroseconds: histogramOf(900_000) };
const forEver = () => new Promise<never>(() => {});
const numbers = [5, 10, 20, 40];
const limitMilliseconds = 60_000;
const run = (trial: Trial, sending = true) => attempt(trial, numbers, sending, performance.now() + limitMilliseconds);

describe('attempt', () => {
  let folder: string;
  let record: RecordWriter;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pi-websocket-bench-'));
    record = new RecordWriter(join(folder, 'run'));
    record.append(runEntry());
    record.append({ ...trialEntry('sending', 'async'), trial: 'sending-1-async-1' });
  });
  afterEach(() => {
    record.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const start = (options: Omit<FakeOptions, 'record'> = {}) => createFakeTrial({ record, ...options });
  const steps = async () => ofType(await readRecord(record.directory), 'step').map(({ step }) => step);
  const verdicts = async () =>
    (await steps()).map(({ verdict, observation }) => `${observation.clientsRequested} ${verdict}`);

  test('passes all its steps up to the target', async () => {
    const { trial } = start();
    assert.deepEqual(await run(trial), {
      passed: 40,
      stop: { cause: 'target reached', detail: '40 clients, the target of this run', numbers: {}, others: [] },
    });
    const recorded = await steps();
    assert.deepEqual(
      recorded.map(({ observation }) => observation.clientsRequested),
      numbers,
    );
    for (const { verdict, observation } of recorded) {
      assert.equal(verdict, 'passed');
      assert.equal(observation.messagesParsed, 4 * observation.clientsRequested);
    }
  });

  test('ends with the first failed step, and diagnoses it from its hold', async () => {
    const fake: FakeTrial = start({
      window(_hold, clients) {
        if (clients < 20) return {};
        // The first line of a hold describes the time before the hold.
        for (const eventLoopUtilisation of [0.1, 0.97]) {
          const line = countersLine(1, {}, { eventLoopUtilisation });
          fake.say({ type: 'server', monotonicMilliseconds: 1, line });
        }
        return slow;
      },
    });
    const { passed, failed, stop } = await run(fake.trial);
    assert.deepEqual([passed, failed, stop.cause], [10, 20, 'event loop saturated']);
    assert.match(stop.detail, /^the server's loop was busy 97 % .*; p99 latency 900 ms, allowed 250 ms$/);
    assert.deepEqual(await verdicts(), ['5 passed', '10 passed', '20 failed', '20 failed']);
  });

  // The third hold is the first of twenty clients.
  const holds: [title: string, slowHolds: number[], verdicts: string[], passed: number][] = [
    [
      'passes a step that was slow in one of three holds',
      [2],
      ['20 failed', '20 passed', '20 passed', '40 passed'],
      40,
    ],
    ['fails a step that was slow in two of three holds', [2, 4], ['20 failed', '20 passed', '20 failed'], 10],
    ['fails a step that was slow twice', [2, 3], ['20 failed', '20 failed'], 10],
  ];
  for (const [title, slowHolds, expected, passed] of holds) {
    test(title, async () => {
      const found = await run(start({ window: (hold) => (slowHolds.includes(hold) ? slow : {}) }).trial);
      assert.equal(found.passed, passed);
      assert.deepEqual(await verdicts(), ['5 passed', '10 passed', ...expected]);
    });
  }

  test('does not repeat the hold of a step with missing clients', async () => {
    const { trial } = start({ window: (_hold, clients) => ({ open: clients - 1, ...slow }) });
    await run(trial);
    assert.deepEqual(await verdicts(), ['5 failed']);
  });

  test('has held no clients when its first step failed', async () => {
    const { passed, failed } = await run(start({ window: () => slow }).trial);
    assert.deepEqual([passed, failed], [0, 5]);
  });

  test('repeats a void hold, and continues when it passes', async () => {
    const { trial } = start({ window: (hold) => (hold === 1 ? late : {}) });
    assert.equal((await run(trial)).stop.cause, 'target reached');
    assert.deepEqual(await verdicts(), ['5 passed', '10 void', '10 passed', '20 passed', '40 passed']);
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
      'the repeated hold opened none',
    );
  });

  test('fails a step whose clients replaced lost ones', async () => {
    const { trial } = start({ connect: (clients) => Promise.resolve([connected(clients, {}, clients === 5 ? 5 : 7)]) });
    const { passed, failed, stop } = await run(trial);
    assert.deepEqual([passed, failed], [5, 10]);
    assert.match(stop.detail, /2 clients lost/);
    assert.deepEqual((await steps()).at(-1)?.symptoms, ['connections']);
  });

  test('stops with "fleet saturated" when a step stays void', async () => {
    const { trial } = start({ window: (_hold, clients) => (clients < 10 ? {} : late) });
    const { passed, failed, stop } = await run(trial);
    assert.deepEqual([passed, failed, stop.cause], [5, 10, 'fleet saturated']);
    const { voidRetries } = trial.context.config.ramp;
    assert.deepEqual(await verdicts(), ['5 passed', ...Array.from({ length: 1 + voidRetries }, () => '10 void')]);
  });

  test('keeps the reason of failed connections when a hold is repeated', async () => {
    const { trial } = start({
      connect: (clients) => Promise.resolve([connected(clients - 1, { ports: 1 })]),
      window: (hold, clients) => ({ open: clients - 1, ...(hold === 0 && late) }),
    });
    assert.equal((await run(trial)).stop.cause, 'fleet out of ports');
  });

  test('notices that the server ends while the fleet still connects', async () => {
    const { trial, say } = start({
      connect: () => {
        say(serverEnd({ signal: 'SIGKILL' }));
        return forEver();
      },
    });
    const { passed, failed, stop } = await run(trial);
    assert.deepEqual([passed, failed, stop.cause], [0, 5, 'server killed']);
    assert.deepEqual(await steps(), []);
  });

  test('notices that the server ended in the hold before', async () => {
    const fake: FakeTrial = start({
      window(hold) {
        if (hold === 1) fake.say(serverEnd({ signal: 'SIGSEGV' }));
        return {};
      },
    });
    const { passed, failed, stop } = await run(fake.trial);
    assert.deepEqual([passed, failed, stop.cause], [10, 20, 'server crashed']);
  });

  test('diagnoses without a last line when the agent is silent', async () => {
    const { trial } = start({ window: () => slow, isMute: true });
    assert.equal((await run(trial)).stop.cause, 'unknown');
  });

  for (const error of [new BenchError('PROCESS_FAILED', 'the agent ended'), new Interrupted()]) {
    test(`records no further step when ${error.message || 'it is interrupted'} while clients connect`, async () => {
      let calls = 0;
      const { trial, lose } = start({
        connect: (clients) => {
          calls += 1;
          if (calls === 1) return Promise.resolve([connected(clients)]);
          lose(error);
          return forEver();
        },
      });
      await assert.rejects(run(trial), (caught) => caught === error);
      assert.equal((await steps()).length, 1);
    });
  }

  test('stops with "time limit" when the fleet does not finish connecting', async () => {
    const limits: number[] = [];
    const { trial } = start({
      connect: (clients, within) => {
        limits.push(within);
        if (clients < 20) return Promise.resolve([connected(clients)]);
        for (const [process, open] of [8, 9].entries()) trial.timeline.fleetSaid(process, fleetSample({ open }));
        return Promise.reject(new BenchError('PROCESS_SILENT', 'no report'));
      },
    });
    const { passed, failed, stop } = await run(trial);
    assert.deepEqual([passed, failed, stop.cause], [10, 20, 'time limit']);
    assert.equal(stop.detail, '17 clients connected when the time was up');
    for (const limit of limits) assert.ok(limit > 0 && limit <= limitMilliseconds);
  });

  test('begins no step after the deadline', async () => {
    const { trial } = start({ connect: () => assert.fail('it connects') });
    const { passed, failed, stop } = await attempt(trial, numbers, true, performance.now());
    assert.deepEqual([passed, failed, stop.cause], [0, 5, 'time limit']);
  });

  test('without messages judges only connections', async () => {
    const { trial } = start({ window: () => ({ scheduled: 0, sent: 0, pongs: 0, ...slow, ...late }) });
    assert.equal((await run(trial, false)).stop.cause, 'target reached');
    for (const { observation } of await steps()) assert.equal(observation.correctedP99Milliseconds, undefined);
  });
});
