import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { BenchError } from '../../errors.ts';
import type { PlannedTrial } from '../../plan/plan.ts';
import { ofType } from '../../record/entries.ts';
import type { Entry, EntryOf } from '../../record/record.ts';
import { connected, createFakeTrial } from '../../testing/fake-trial.ts';
import { histogramOf } from '../../testing/samples.ts';
import type { TrialContext } from '../../trial/context.ts';
import { attempt } from './attempt.ts';
import { geometricSteps, nextBetween } from './bracket.ts';
import { search, searchTime, type Tries } from './search.ts';

/** The smoke profile: steps of 10, 20 and 40 clients, and a bracket of a quarter. */
const planned: PlannedTrial = { id: 'sending-1-async', number: 1, phase: 'sending', contender: 'async' };
/** A server that answers after 900 ms where 250 ms are allowed, and a fleet late by 50 ms where 12.5 ms are allowed. */
const slow = { correctedMicroseconds: histogramOf(900_000) };
const late = { latenessMicroseconds: histogramOf(50_000) };
const inTime = () => performance.now() + 60_000;

interface Fake {
  /** Number of clients that the server holds. */
  holds: number;
  /** The fleet is too late at this number of clients. */
  lateAt?: number;
  /** Deadline of the attempt with this number, from 0. */
  deadline?: (attempt: number) => number;
  /** Number, from 0, of the attempt that fails. */
  breaksOff?: number;
}

/** A search with real attempts against a fake server. */
async function found({ holds, lateAt, deadline = inTime, breaksOff }: Fake, clients = '40') {
  const entries: Entry[] = [];
  const record = { append: (entry: Entry) => void entries.push(entry) };
  const tried: number[][] = [];
  const start = () =>
    createFakeTrial({
      record,
      overrides: { clients },
      connect: (number) => Promise.resolve([connected(number, {}, 0)]),
      window: (_hold, number) => (number === lateAt ? late : number > holds ? slow : {}),
    }).trial;
  const tries: Tries = async (numbers) => {
    tried.push([...numbers]);
    const number = tried.length - 1;
    return number === breaksOff ? undefined : await attempt(start(), numbers, true, deadline(number));
  };
  const { context } = start();
  await search(context, planned, true, tries);
  return { tried, context, entry: ofType(entries, 'search')[0] };
}

function figures(entry: EntryOf<'search'> | undefined) {
  return entry && [entry.clients, entry.failedClients, entry.isNarrow, entry.stop.cause];
}

describe('search', () => {
  test('that reaches its target gives a lower bound after one attempt', async () => {
    const { entry, tried } = await found({ holds: 40 });
    assert.deepEqual(figures(entry), [40, undefined, false, 'target reached']);
    assert.deepEqual(tried, [[10, 20, 40]]);
    assert.ok(entry !== undefined && !('failedClients' in entry));
    assert.deepEqual([entry.search, entry.phase, entry.contender], ['sending-1-async', 'sending', 'async']);
  });

  test('bisects between held and not held, one number per server, until the bracket is narrow', async () => {
    const { entry, tried } = await found({ holds: 23 });
    assert.deepEqual(tried, [[10, 20, 40], [28], [24]]);
    assert.deepEqual(figures(entry), [20, 24, true, 'unknown']);
  });

  test('moves up when the middle is held', async () => {
    const { entry, tried } = await found({ holds: 36 });
    assert.deepEqual(tried, [[10, 20, 40], [28], [33]]);
    assert.deepEqual(figures(entry), [33, 40, true, 'unknown']);
  });

  test('moves down from a first step that was not held, as far as 0', async () => {
    const { entry, tried } = await found({ holds: 6 });
    assert.deepEqual(tried, [[10, 20, 40], [5], [7], [6]]);
    assert.deepEqual(figures(entry), [6, 7, true, 'unknown']);
    assert.deepEqual(figures((await found({ holds: 0 })).entry), [0, 1, true, 'unknown']);
  });

  test('reports the stop cause of the lowest number that was not held', async () => {
    const { entry } = await found({ holds: 23 });
    assert.match(entry?.stop.detail ?? '', /"clientsRequested":24,/);
  });

  test('keeps its bracket, and the stop cause of the upper end, when an attempt in between is void', async () => {
    const { entry, tried } = await found({ holds: 36, lateAt: 28 });
    assert.deepEqual(tried, [[10, 20, 40], [28]]);
    assert.deepEqual(figures(entry), [20, 40, false, 'unknown']);
  });

  test('does not bisect below a void step', async () => {
    const { entry, tried } = await found({ holds: 36, lateAt: 20 });
    assert.deepEqual(tried, [[10, 20, 40]]);
    assert.deepEqual(figures(entry), [10, undefined, false, 'fleet saturated']);
  });

  test('keeps its bracket when the time runs out', async () => {
    const { entry, tried } = await found({ holds: 23, deadline: (attempt) => (attempt < 2 ? inTime() : 0) });
    assert.deepEqual(tried, [[10, 20, 40], [28], [24]]);
    assert.deepEqual(figures(entry), [20, 28, false, 'unknown']);
  });

  test('that runs out of time in its first attempt gives a lower bound', async () => {
    assert.deepEqual(figures((await found({ holds: 40, deadline: () => 0 })).entry), [
      0,
      undefined,
      false,
      'time limit',
    ]);
  });

  test('has no result, and no further attempt, when its first attempt fails', async () => {
    const { entry, tried } = await found({ holds: 23, breaksOff: 0 });
    assert.equal(entry, undefined);
    assert.equal(tried.length, 1);
  });

  test('keeps its bracket, marked as not narrow, when a later attempt fails', async () => {
    const { entry, tried } = await found({ holds: 23, breaksOff: 1 });
    assert.deepEqual(figures(entry), [20, 40, false, 'unknown']);
    assert.equal(tried.length, 2);
  });

  test('finds every number that a server can hold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 3_000 }), fc.integer({ min: 1, max: 2_000 }), async (holds, clients) => {
        const { entry, tried, context } = await found({ holds }, String(clients));
        const { ramp } = context.config;
        assert.ok(entry !== undefined);
        const { clients: passed, failedClients: failed } = entry;
        assert.deepEqual(tried[0], geometricSteps(ramp));
        assert.equal(failed === undefined, holds >= clients);
        assert.ok(passed <= holds && (failed ?? Number.POSITIVE_INFINITY) > holds);
        assert.equal(nextBetween({ passed, failed }, ramp), undefined);
      }),
    );
  });
});

test('an attempt is recorded as a trial that names its search, with the reason of its failure', async () => {
  const entries: Entry[] = [];
  const { context } = createFakeTrial({ record: { append: (entry) => void entries.push(entry) } }).trial;
  const broken: TrialContext = {
    ...context,
    host: {
      ...context.host,
      startServer: () => Promise.reject(new BenchError('PROCESS_FAILED', 'the agent ended')),
    },
  };
  await search(broken, planned, true);
  const [trial, warning, end, ...others] = entries;
  assert.ok(trial?.type === 'trial');
  assert.deepEqual([trial.trial, trial.search, trial.phase], ['sending-1-async/1', 'sending-1-async', 'sending']);
  assert.deepEqual(warning, { type: 'warning', message: 'sending-1-async/1: the agent ended' });
  assert.deepEqual(end, {
    type: 'trialEnd',
    trial: 'sending-1-async/1',
    outcome: 'failed',
    code: 'PROCESS_FAILED',
    message: 'the agent ended',
  });
  assert.deepEqual(others, []);
});

test('the time of a search runs on through its attempts, and void attempts give their time back', () => {
  let now = 1_000;
  const attempt = searchTime(500, () => now);
  const first = attempt();
  assert.equal(first(), 1_500);
  now = 1_200;
  const second = attempt();
  assert.equal(second(), 1_500);
  now = 1_450;
  assert.equal(second(), 1_750, 'the repetition of the second attempt, 250 ms later');
  now = 1_500;
  assert.equal(attempt()(), 1_750);
});
