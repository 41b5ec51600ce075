import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ofType } from '../record/entries.ts';
import { type Entry, withoutAbandoned } from '../record/record.ts';
import { recordFileName } from '../record/writer.ts';
import { summarize } from '../summary/summary.ts';
import {
  buildEntries,
  endEntry,
  memoryEntries,
  runEntry,
  searchEntries,
  trialEntry,
  verdictOf,
} from '../testing/runs.ts';
import { agentSample } from '../testing/samples.ts';
import { abandonedTrials, fetchedEntries, finishedTrials, readUnfinished } from './resume.ts';

const search = searchEntries('connected', 'async', [10, 20], verdictOf('target reached'));
const resumed = (...abandoned: string[]): Entry => ({
  type: 'resume',
  resumedAt: '2026-11-20T10:50:00.000Z',
  pid: 1,
  abandoned,
});

describe('what is missing of a run', () => {
  test('is what was not begun, or did not come to its end', () => {
    const failed: Entry = { type: 'trialEnd', trial: 'https-1-async', outcome: 'failed', code: 'X', message: 'x' };
    const voided: Entry = { type: 'trialEnd', trial: 'memory-2-async', outcome: 'void', audit: [] };
    const entries = [
      runEntry(),
      ...memoryEntries('async'),
      trialEntry('memory', 'async', 2),
      voided,
      trialEntry('https', 'async'),
      failed,
      ...search.slice(0, -1),
    ];
    assert.deepEqual(finishedTrials(entries), new Set(['memory-1-async']));
    assert.deepEqual(abandonedTrials(entries), ['memory-2-async', 'https-1-async', 'connected-1-async']);
    assert.ok(finishedTrials([...entries, ...search.slice(-1)]).has('connected-1-async'));
  });

  test('is all of a calibration that was not over', () => {
    const trial: Entry = { ...trialEntry('memory', 'async'), trial: 'calibration-fleet', phase: 'calibration' };
    const end: Entry = { type: 'trialEnd', trial: 'calibration-fleet', outcome: 'complete', audit: [] };
    assert.deepEqual(abandonedTrials([runEntry(), trial, end]), ['calibration-fleet']);
    const found: Entry = { type: 'calibration', fleet: { messagesPerSecond: 1 }, stall: { absent: 'x' } };
    assert.deepEqual(abandonedTrials([runEntry(), trial, end, found]), []);
  });

  test('is not what was made once more because it was void', () => {
    const again: Entry = { type: 'trialEnd', trial: 'memory-1-async/again', outcome: 'complete', audit: [] };
    assert.deepEqual(finishedTrials([again]), new Set(['memory-1-async']));
  });
});

describe('a record that was gone on with', () => {
  test('reads as if it had never been interrupted', () => {
    const begun = [runEntry(), ...buildEntries('async', [[1, 1]])];
    const half = [...memoryEntries('async').slice(0, 5), ...search.slice(0, -1)];
    const rest = [...memoryEntries('async'), ...search, endEntry()];
    const entries = [
      ...begun,
      ...half,
      endEntry('interrupted'),
      resumed('memory-1-async', 'connected-1-async'),
      ...rest,
    ];
    const expected = [...begun, ...rest];
    assert.deepEqual(
      withoutAbandoned(entries).filter(({ type }) => type !== 'resume'),
      expected,
    );
    assert.deepEqual(summarize(withoutAbandoned(entries)), summarize(expected));
  });

  test('keeps the trials of a contender whose name begins like another one', () => {
    const entries = [runEntry(), ...memoryEntries('async'), ...memoryEntries('async-2')];
    const kept = withoutAbandoned([...entries, resumed('memory-1-async')]);
    assert.deepEqual(new Set(ofType(kept, 'trial').map(({ trial }) => trial)), new Set(['memory-1-async-2']));
  });
});

describe('what agents kept elsewhere when the connection was lost', () => {
  const begin = { ...trialEntry('connected', 'async'), trial: 'connected-1-async/2' };
  const { trial } = begin;
  const lines = [1, 2, 3, 4].map((at) => agentSample(at * 1_000));
  const entries = (type: 'server' | 'spool', from: number, to: number): Entry[] =>
    lines.slice(from, to).map((line) => ({ type, trial, line }));
  const table: [title: string, before: Entry[], from: number][] = [
    ['nothing of it arrived', [begin], 0],
    ['a part of it arrived', [begin, ...entries('server', 0, 3)], 3],
    ['all of it arrived', [begin, ...entries('server', 0, 4)], 4],
    ['it was fetched, and not yet removed there', [begin, ...entries('server', 0, 1), ...entries('spool', 1, 4)], 4],
    [
      'whoever went on with it came not so far',
      [begin, ...entries('server', 0, 2), endEntry('failed'), resumed('connected-1-async'), endEntry('interrupted')],
      2,
    ],
    [
      'it is of a trial that was begun anew',
      [begin, ...entries('server', 0, 2), resumed('connected-1-async'), ...entries('spool', 2, 4), begin],
      0,
    ],
    ['it is of no trial that was begun', [], 4],
  ];
  for (const [title, before, from] of table) {
    test(`is fetched from the first line on that is missing: ${title}`, () => {
      const spooled = new Map([['connected-1-async.2', lines]]);
      assert.deepEqual(fetchedEntries([runEntry(), ...before], spooled), entries('spool', from, 4));
    });
  }
});

test('a run with servers elsewhere is not gone on with here, even at the same address', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const run = runEntry();
  const begun = { ...run, host: { address: '127.0.0.1', isSameMachine: false } };
  await writeFile(join(directory, recordFileName), `${JSON.stringify(begun)}\n`);
  await assert.rejects(readUnfinished(directory, run.environment, run.host), {
    code: 'RESUME_REFUSED',
    message: /: its servers ran at 127\.0\.0\.1, and now they would on this machine: name the same --target, or none/,
  });
});

test('a run without a trial is gone on with when it broke off, and not when it was complete', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const run = runEntry({ only: 'build' });
  const read = async (outcome: 'failed' | 'complete') => {
    const lines = [run, endEntry(outcome)].map((entry) => `${JSON.stringify(entry)}\n`);
    await writeFile(join(directory, recordFileName), lines.join(''));
    return readUnfinished(directory, run.environment, run.host);
  };
  assert.equal((await read('failed')).entries.length, 2);
  await assert.rejects(read('complete'), { code: 'RESUME_REFUSED', message: /: nothing of it is missing$/ });
});

describe('a run whose fleet ran on several machines', () => {
  const table: [were: string[] | undefined, are: string[] | undefined, refusal: RegExp | undefined][] = [
    [undefined, undefined, undefined],
    [undefined, [], undefined],
    [['pi@a', 'pi@b'], ['pi@b', 'pi@a'], undefined],
    [['pi@a'], undefined, /: its fleet ran here and on pi@a, and now it would on no other machine: name the same/],
    [undefined, ['pi@a'], /: its fleet ran here and on no other machine, and now it would on pi@a: name the same/],
    [['pi@a', 'pi@b'], ['pi@a', 'pi@c'], /on pi@a, pi@b, and now it would on pi@a, pi@c: name the same --fleet$/],
  ];
  for (const [were, are, refusal] of table) {
    test(`on ${were}, is ${refusal === undefined ? '' : 'not '}gone on with on ${are}`, async (t) => {
      const directory = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
      t.after(() => rm(directory, { recursive: true, force: true }));
      const run = runEntry();
      const begun = { ...run, host: { ...run.host, ...(were && { fleet: were }) } };
      const lines = [begun, endEntry('interrupted')].map((entry) => `${JSON.stringify(entry)}\n`);
      await writeFile(join(directory, recordFileName), lines.join(''));
      const read = readUnfinished(directory, run.environment, run.host, are);
      if (refusal === undefined) assert.equal((await read).directory, directory);
      else await assert.rejects(read, { code: 'RESUME_REFUSED', message: refusal });
    });
  }
});
