import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Entry } from '../../record/record.ts';
import { memoryEntries } from '../../testing/runs.ts';
import type { FigureTable } from './figure-row.ts';
import { figures as table } from './figures.ts';
import { cutMemoryTrial } from './memory-trial.ts';

const entries = memoryEntries('async');

/** The value of each figure of the memory phase, from one trial. */
function memoryFigures(trial: Entry[]): Record<string, number | undefined> {
  const cut = cutMemoryTrial(trial);
  const rows: FigureTable = table;
  return Object.fromEntries(
    Object.entries(rows).flatMap(([name, row]) => (row.from === 'memory' ? [[name, row.take(cut)]] : [])),
  );
}

function without(...unwanted: ((entry: Entry) => boolean)[]): Record<string, number | undefined> {
  return memoryFigures(entries.filter((entry) => !unwanted.some((is) => is(entry))));
}
const isMark = (name: string) => (entry: Entry) => entry.type === 'mark' && entry.name === name;
const isSample = (entry: Entry) => entry.type === 'server' && entry.line.type === 'sample';
const isCounters = (entry: Entry) => entry.type === 'server' && entry.line.type === 'server';
const isFleet = (entry: Entry) => entry.type === 'fleet';

function assertNear(found: number | undefined, expected: number): void {
  assert.ok(found !== undefined && Math.abs(found - expected) < expected * 0.001, `${found}, not ${expected}`);
}

describe('figures of a memory trial', () => {
  test('are from the window, less those of the idle server', () => {
    const figures = memoryFigures(entries);
    assert.equal(figures.idleRssBytes, 50_000_000);
    assert.equal(figures.rssBytes, 60_000_000);
    assert.equal(figures.peakRssBytes, 64_000_000, 'nothing after the window');
    assert.equal(figures.rssBytesPerClient, 1_000_000, 'over the clients of both fleet processes');
    assert.equal(figures.heapUsedBytes, 12_000_000, 'main thread and connection threads');
    assert.equal(figures.threads, 9);
  });

  test('are the same when the server has another clock than the harness', () => {
    const ahead = 1e8;
    const elsewhere = entries.map((entry): Entry => {
      if (entry.type !== 'server' || !('monotonicMilliseconds' in entry.line)) return entry;
      const line = { ...entry.line, monotonicMilliseconds: entry.line.monotonicMilliseconds + ahead };
      if (line.type !== 'server') return { ...entry, line };
      const inner = { ...line.line };
      if ('monotonicMilliseconds' in inner) inner.monotonicMilliseconds += ahead;
      return { ...entry, line: { ...line, line: inner } };
    });
    assert.deepEqual(memoryFigures(elsewhere), memoryFigures(entries));
  });

  test('have CPU per message of the window, less the share of the idle server', () => {
    // (120 ms - 1 % of 2 s) / 100 messages.
    assertNear(memoryFigures(entries).cpuMicrosecondsPerMessage, 1_000);
  });

  test('merge latencies over the fleet', () => {
    const figures = memoryFigures(entries);
    assertNear(figures.latencyP50Milliseconds, 2);
    assertNear(figures.latencyP99Milliseconds, 3);
    assertNear(figures.latencyMaxMilliseconds, 3);
    assertNear(figures.uncorrectedLatencyP99Milliseconds, 2.9);
  });

  test('are all absent for a trial without entries', () => {
    const values = Object.values(memoryFigures([]));
    assert.ok(values.length > 1);
    for (const value of values) assert.equal(value, undefined);
  });

  test('are absent, except for the idle server, for a trial that ended before its window', () => {
    const { idleRssBytes, idleCpuShare, ...others } = without(isMark('window-start'), isMark('window-end'), isFleet);
    assert.equal(idleRssBytes, 50_000_000);
    assertNear(idleCpuShare, 0.01);
    for (const value of Object.values(others)) assert.equal(value, undefined);
  });

  test('without samples keep what the server itself reported', () => {
    const figures = without(isSample);
    for (const name of ['idleRssBytes', 'rssBytes', 'peakRssBytes', 'rssBytesPerClient', 'threads'] as const) {
      assert.equal(figures[name], undefined, name);
    }
    assertNear(figures.cpuMicrosecondsPerMessage, 1_000);
  });

  test('without the idle time lack those that need it', () => {
    const figures = without(isMark('idle'));
    for (const name of ['idleRssBytes', 'rssBytesPerClient', 'idleCpuShare', 'cpuMicrosecondsPerMessage'] as const) {
      assert.equal(figures[name], undefined, name);
    }
  });

  test('without counters keep what the agent saw', () => {
    const figures = without(isCounters);
    assert.equal(figures.idleRssBytes, 50_000_000);
    assert.equal(figures.rssBytes, 60_000_000);
    for (const name of ['heapUsedBytes', 'idleCpuShare', 'cpuMicrosecondsPerMessage'] as const) {
      assert.equal(figures[name], undefined, name);
    }
  });

  test('without the fleet lack latencies and everything per client', () => {
    const figures = without(isFleet);
    assert.equal(figures.rssBytes, 60_000_000);
    assert.equal(figures.rssBytesPerClient, undefined);
    assert.equal(figures.latencyP50Milliseconds, undefined);
  });

  test('have no CPU per message for a window without a parsed message', () => {
    const figures = memoryFigures(
      entries.map((entry) => {
        if (entry.type !== 'server' || entry.line.type !== 'server' || entry.line.line.type !== 'counters')
          return entry;
        const { line } = entry.line;
        return { ...entry, line: { ...entry.line, line: { ...line, counters: { ...line.counters, messages: 0 } } } };
      }),
    );
    assert.equal(figures.cpuMicrosecondsPerMessage, undefined);
  });
});
