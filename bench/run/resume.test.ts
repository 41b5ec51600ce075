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

describe('finished and abandoned trials of a run', () => {
  test('failed, void and cut-off trials are abandoned, complete ones are finished', () => {
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

  test('a calibration without its result is abandoned as a whole', () => {
    const trial: Entry = { ...trialEntry('memory', 'async'), trial: 'calibration-fleet', phase: 'calibration' };
    const end: Entry = { type: 'trialEnd', trial: 'calibration-fleet', outcome: 'complete', audit: [] };
    assert.deepEqual(abandonedTrials([runEntry(), trial, end]), ['calibration-fleet']);
    const found: Entry = { type: 'calibration', fleet: { messagesPerSecond: 1 }, stall: { absent: 'x' } };
    assert.deepEqual(abandonedTrials([runEntry(), trial, end, found]), []);
  });

  test('a void trial whose repetition is complete is finished', () => {
    const again: Entry = { type: 'trialEnd', trial: 'memory-1-async/again', outcome: 'complete', audit: [] };
    assert.deepEqual(finishedTrials([again]), new Set(['memory-1-async']));
  });
});

describe('the record of a resumed run', () => {
  test('reads as if the run had never been interrupted', () => {
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

  test('keeps the trials of a contender whose name begins with that of an abandoned one', () => {
    const entries = [runEntry(), ...memoryEntries('async'), ...memoryEntries('async-2')];
    const kept = withoutAbandoned([...entries, resumed('memory-1-async')]);
    assert.deepEqual(new Set(ofType(kept, 'trial').map(({ trial }) => trial)), new Set(['memory-1-async-2']));
  });
});

describe('lines spooled on another machine after the connection was lost', () => {
  const begin = { ...trialEntry('connected', 'async'), trial: 'connected-1-async/2' };
  const { trial } = begin;
  const lines = [1, 2, 3, 4].map((at) => agentSample(at * 1_000));
  const entries = (type: 'server' | 'spool', from: number, to: number): Entry[] =>
    lines.slice(from, to).map((line) => ({ type, trial, line }));
  const table: [title: string, before: Entry[], from: number][] = [
    ['none had arrived', [begin], 0],
    ['some had arrived', [begin, ...entries('server', 0, 3)], 3],
    ['all had arrived', [begin, ...entries('server', 0, 4)], 4],
    [
      'they were fetched before, and not deleted there',
      [begin, ...entries('server', 0, 1), ...entries('spool', 1, 4)],
      4,
    ],
    [
      'an earlier resumption was interrupted before it fetched them',
      [begin, ...entries('server', 0, 2), endEntry('failed'), resumed('connected-1-async'), endEntry('interrupted')],
      2,
    ],
    [
      'the trial has begun again since',
      [begin, ...entries('server', 0, 2), resumed('connected-1-async'), ...entries('spool', 2, 4), begin],
      0,
    ],
    ['their trial never began', [], 4],
  ];
  for (const [title, before, from] of table) {
    test(`are fetched from the first missing line on: ${title}`, () => {
      const spooled = new Map([['connected-1-async.2', lines]]);
      assert.deepEqual(fetchedEntries([runEntry(), ...before], spooled), entries('spool', from, 4));
    });
  }
});

test('a run with remote servers is not resumed with local ones, even at the same address', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const run = runEntry();
  const begun = { ...run, host: { address: '127.0.0.1', isSameMachine: false } };
  await writeFile(join(directory, recordFileName), `${JSON.stringify(begun)}\n`);
  await assert.rejects(readUnfinished(directory, run.environment, run.host), {
    code: 'RESUME_REFUSED',
    message: /: the run's servers ran at 127\.0\.0\.1 and would now run on this machine: give the same --target as/,
  });
});

test('a run without trials is resumed when it failed, and refused when it is complete', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const run = runEntry({ only: 'build' });
  const read = async (outcome: 'failed' | 'complete') => {
    const lines = [run, endEntry(outcome)].map((entry) => `${JSON.stringify(entry)}\n`);
    await writeFile(join(directory, recordFileName), lines.join(''));
    return readUnfinished(directory, run.environment, run.host);
  };
  assert.equal((await read('failed')).entries.length, 2);
  await assert.rejects(read('complete'), {
    code: 'RESUME_REFUSED',
    message: /^cannot resume: this run is already complete$/,
  });
});

describe('a run whose fleet ran on several machines', () => {
  const table: [were: string[] | undefined, are: string[] | undefined, refusal: RegExp | undefined][] = [
    [undefined, undefined, undefined],
    [undefined, [], undefined],
    [['pi@a', 'pi@b'], ['pi@b', 'pi@a'], undefined],
    [
      ['pi@a'],
      undefined,
      /: the run's fleet ran here and on pi@a, and would now run here and on no other machine: give the/,
    ],
    [
      undefined,
      ['pi@a'],
      /: the run's fleet ran here and on no other machine, and would now run here and on pi@a: give the/,
    ],
    [
      ['pi@a', 'pi@b'],
      ['pi@a', 'pi@c'],
      /on pi@a, pi@b, and would now run here and on pi@a, pi@c: give the same --fleet$/,
    ],
  ];
  for (const [were, are, refusal] of table) {
    test(`on ${were}, is ${refusal === undefined ? 'resumed' : 'refused'} on ${are}`, async (t) => {
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
