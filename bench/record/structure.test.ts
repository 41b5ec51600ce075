import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { endEntry, memoryEntries, runEntry, searchEntries, stepOf, trialEntry, verdictOf } from '../testing/runs.ts';
import { agentSample, countersLine, fleetSample } from '../testing/samples.ts';
import { readAllEntries } from './file.ts';
import type { Entry } from './record.ts';
import { firstFault } from './structure.ts';

const memory = memoryEntries('async');
const search = searchEntries('connected', 'async', [10, 20], verdictOf('CPU saturated'));
const [begin, ...rest] = memory;
type Maybe = Entry | undefined;
const begun = trialEntry('connected', 'async', 2);
const { trial } = begun;
const end: Entry = { type: 'trialEnd', trial, outcome: 'complete', audit: [] };
const resumed = (...abandoned: string[]): Entry => ({
  type: 'resume',
  resumedAt: '2026-11-20T10:50:00.000Z',
  pid: 1,
  abandoned,
});
const sampled = (at: number): Entry => ({ type: 'server', trial, line: agentSample(at) });
const told = (at: number, counted: number): Entry => ({
  type: 'server',
  trial,
  line: { type: 'server', monotonicMilliseconds: at, line: countersLine(counted) },
});
const heard = (process: number, monotonicMilliseconds: number): Entry => ({
  type: 'fleet',
  trial,
  process,
  line: fleetSample({ monotonicMilliseconds }),
});
const marked = (monotonicMilliseconds: number): Entry => ({ type: 'mark', trial, name: 'idle', monotonicMilliseconds });
const held = (clientsRequested: number, verdict: 'passed' | 'failed' | 'void', of = 'connected-1-async/1'): Entry => ({
  type: 'step',
  trial: of,
  step: stepOf({ clientsRequested }, verdict),
});
const without = (entries: Entry[], type: Entry['type']) => entries.filter((entry) => entry.type !== type);
/** The search, with changes to its result. */
const found = (changed: object): Entry[] =>
  search.map((entry) => (entry.type === 'search' ? { ...entry, ...changed } : entry));
/** The search, with more holds before its attempt ends. */
const heldAlso = (...more: Entry[]): Entry[] => [...search.slice(0, -2), ...more, ...search.slice(-2)];

function faultOf(entries: Maybe[]) {
  const all = [runEntry(), ...entries].filter((entry) => entry !== undefined);
  return firstFault(all.map((entry, index) => ({ line: index + 1, entry })));
}

describe('a sequence of lines that no run writes', () => {
  const table: [title: string, entries: Maybe[], line: number, what: RegExp][] = [
    ['another run', [begin, runEntry()], 3, /^it begins another run$/],
    ['a trial that was not begun', rest, 2, /^no line before it begins memory-1-async$/],
    [
      'a step of a trial that was not begun',
      [held(10, 'passed')],
      2,
      /^no line before it begins connected-1-async\/1$/,
    ],
    ['the end of a trial that was not begun', [end], 2, /^no line before it begins connected-2-async$/],
    [
      'spooled samples of a trial that was not begun',
      [{ type: 'spool', trial, line: agentSample(1) }],
      2,
      /^no line before it begins/,
    ],
    [
      'a line of an abandoned trial that was not begun again',
      [begun, resumed(trial), sampled(1)],
      4,
      /^no line before it/,
    ],
    ['a trial that is begun twice', [begun, begun], 3, /^it begins connected-2-async a second time$/],
    ['a trial that ends twice', [begun, end, sampled(1), end], 5, /^it ends connected-2-async a second time$/],
    ['a line after the end', [endEntry(), { type: 'warning', message: 'x' }], 3, /^it comes after the end of the run$/],
    ['another end', [endEntry('interrupted'), endEntry()], 3, /^it comes after the end of the run$/],
    ['an agent that goes back in time', [begun, sampled(2), sampled(1)], 4, /^by the clock of the agent it is earlier/],
    [
      'a server that goes back in time',
      [begun, told(2, 2), told(3, 1)],
      4,
      /^by the clock of the server it is earlier/,
    ],
    [
      'a fleet process that goes back in time',
      [begun, heard(1, 2), heard(1, 1)],
      4,
      /^by the clock of the fleet process 1 it is earlier/,
    ],
    ['a mark before its trial', [{ ...begun, monotonicMilliseconds: 5 }, marked(4)], 3, /^by the clock of the harness/],
    [
      'more clients held than in any step',
      found({ clients: 21 }),
      6,
      /^it says that connected-1-async held 21 clients, but its steps held 20$/,
    ],
    ['fewer clients held than in a step', found({ clients: 10 }), 6, /held 10 clients, but its steps held 20$/],
    [
      'clients held in a step that failed in the end',
      heldAlso(held(20, 'failed')),
      7,
      /held 20 clients, but its steps held 10$/,
    ],
    [
      'clients held in an attempt without its end',
      without(search, 'trialEnd'),
      5,
      /held 20 clients, but its steps held 0$/,
    ],
    [
      'fewer clients not held than held',
      found({ failedClients: 20 }),
      6,
      /did not hold 20 clients, but its steps held 20$/,
    ],
    [
      'a stop cause of none of its attempts',
      found({ stop: verdictOf('TCP memory') }),
      6,
      /that none of its attempts has$/,
    ],
    ['two results of a search', [...search, ...search.slice(-1)], 7, /^it gives connected-1-async a second result$/],
  ];
  for (const [title, entries, line, what] of table) {
    test(`is found: ${title}`, () => {
      const fault = faultOf(entries);
      assert.ok(fault !== undefined);
      assert.equal(fault.line, line, fault.what);
      assert.match(fault.what, what);
    });
  }
});

describe('a sequence of lines that a run can write', () => {
  const again = (entries: Entry[]) =>
    entries.map((entry) => ('trial' in entry ? { ...entry, trial: `${entry.trial}/again` } : entry));
  const voided: Entry = { type: 'trialEnd', trial: 'connected-1-async/1', outcome: 'void', audit: [] };
  const table: [title: string, entries: Maybe[]][] = [
    ['trials and searches', [...memory, ...search, endEntry()]],
    ['a search that was killed', search.slice(0, -2)],
    ['a run that was interrupted and resumed', [...search, endEntry('interrupted'), resumed(), ...memory, endEntry()]],
    ['a trial that was abandoned', [...memory.slice(0, 5), resumed('memory-1-async'), ...memory, endEntry()]],
    [
      'a trial that was abandoned twice',
      [begin, resumed('memory-1-async'), begin, resumed('memory-1-async'), ...memory],
    ],
    [
      'a search that was abandoned after a result, because an attempt failed',
      [...search, resumed('connected-1-async'), ...search],
    ],
    [
      'spooled samples that were fetched after the run was resumed',
      [begun, sampled(9), resumed(trial), { type: 'spool', trial, line: agentSample(10) }, begun, sampled(1)],
    ],
    ['the last words of a server whose trial has ended', [begun, end, sampled(1)]],
    ['a void attempt and its repetition', [...search.slice(0, -2), held(40, 'passed'), voided, ...again(search)]],
    ['a step that passed in two of three holds', found({}).toSpliced(1, 0, held(10, 'failed'), held(10, 'passed'))],
    ['a search that held none', searchEntries('connected', 'async', [], verdictOf('CPU saturated'))],
    ['clocks of several machines', [begun, heard(0, 5), heard(1, 1), sampled(3), told(4, 2), heard(0, 5), marked(1)]],
  ];
  for (const [title, entries] of table) {
    test(`is accepted: ${title}`, () => assert.equal(faultOf(entries), undefined));
  }

  for (const name of ['reference', 'reference-searches', 'reference-large', 'emulated-pi']) {
    test(`is accepted: the record in ${name}`, async () => {
      assert.ok((await readAllEntries(join(import.meta.dirname, '..', '..', 'results', name))).length > 100);
    });
  }
});
