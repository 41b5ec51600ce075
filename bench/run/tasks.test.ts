import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BenchError, Interrupted } from '../errors.ts';
import type { Entry } from '../record/record.ts';
import { memoryEntries, runEntry, searchEntries, verdictOf } from '../testing/runs.ts';
import { silentProgress } from '../testing/silent-progress.ts';
import { asTask, comparisonTasks, outcomeOf } from './tasks.ts';

const { config } = runEntry({ contenders: 'async', only: 'build,calibration,memory,connected', coolDownS: '5' });
const calibration: Entry = { type: 'calibration', fleet: { messagesPerSecond: 1 }, stall: { absent: 'x' } };

describe('the tasks of a comparison', () => {
  test('follow from the plan, in the order in which they run', () => {
    const tasks = comparisonTasks(config);
    assert.deepEqual(
      tasks.map(({ title, ordinal, pauseMilliseconds }) => [title, ordinal, pauseMilliseconds]),
      [
        ['build', undefined, 0],
        ['calibration', undefined, 0],
        ['memory, async', 'trial 1 of 2', 0],
        ['connected, async', 'trial 2 of 2', 5_000],
      ],
    );
    assert.ok(tasks.every(({ isDoneBefore }) => !isDoneBefore));
  });

  test('have the trial number in their titles with several trials, and a timed build on the target', () => {
    const titles = (overrides: Parameters<typeof runEntry>[0]) =>
      comparisonTasks(runEntry({ contenders: 'async', ...overrides }).config).map(({ title }) => title);
    assert.deepEqual(titles({ only: 'memory', trials: '2' }), [
      'build',
      'memory, async, 1 of 2',
      'memory, async, 2 of 2',
    ]);
    assert.deepEqual(titles({ only: 'build', compileOnTarget: true }), ['build', 'build on the target']);
  });

  test('are done before when the record of a resumed run holds them, except the build', () => {
    const before = [calibration, ...memoryEntries('async')];
    const tasks = comparisonTasks(config, before);
    assert.deepEqual(
      tasks.map(({ id, isDoneBefore }) => [id, isDoneBefore]),
      [
        ['build', false],
        ['calibration', true],
        ['memory-1-async', true],
        ['connected-1-async', false],
      ],
    );
    assert.equal(tasks.at(-1)?.pauseMilliseconds, 0, 'no pause before the first trial that runs');
  });
});

describe('the outcome of a task', () => {
  const failed: Entry = { type: 'trialEnd', trial: 'memory-1-async', outcome: 'failed', code: 'X', message: 'x' };
  const ended = (outcome: 'complete' | 'void'): Entry => ({ type: 'trialEnd', trial: 'x', outcome, audit: [] });
  const search = searchEntries('connected', 'async', [10], verdictOf('target reached')).filter(
    ({ type }) => type === 'search',
  );
  const table: [outcome: string, entries: Entry[]][] = [
    ['done', []],
    ['done', [ended('complete')]],
    ['done', [ended('void'), ended('complete')]],
    ['void', [ended('void'), ended('void')]],
    ['failed', [ended('complete'), failed]],
    ['done', [ended('complete'), failed, ...search]],
  ];
  for (const [outcome, entries] of table) {
    test(`is "${outcome}" by ${JSON.stringify(entries.map((entry) => ('outcome' in entry ? entry.outcome : entry.type)))}`, () => {
      assert.equal(outcomeOf(entries), outcome);
    });
  }

  const throwing: [outcome: string, error: Error][] = [
    ['interrupted', new Interrupted()],
    ['failed', new BenchError('PROCESS_FAILED', 'it broke')],
  ];
  const told: string[] = [];
  const progress = {
    ...silentProgress,
    begin: (id: string) => void told.push(id),
    end: (outcome: string) => void told.push(outcome),
  };
  for (const [outcome, error] of throwing) {
    test(`is "${outcome}" when its body throws ${error.name}, which is rethrown`, async () => {
      told.length = 0;
      const context = { record: { append: () => {} }, progress };
      await assert.rejects(
        asTask(context, 'memory', () => Promise.reject(error)),
        error,
      );
      assert.deepEqual(told, ['memory', outcome]);
    });
  }

  test('follows from the entries that its body appends to the record', async () => {
    told.length = 0;
    const recorded: Entry[] = [];
    const context = { record: { append: (entry: Entry) => void recorded.push(entry) }, progress };
    assert.equal(await asTask(context, 'memory', async ({ record }) => record.append(failed)), undefined);
    assert.deepEqual([told, recorded], [['memory', 'failed'], [failed]]);
  });
});
