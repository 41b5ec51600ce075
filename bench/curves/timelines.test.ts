import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Entry } from '../record/record.ts';
import { rampEntries, rampStep } from '../testing/ramp-entries.ts';
import { runEntry, verdictOf } from '../testing/runs.ts';
import { countersLine, fleetSample } from '../testing/samples.ts';
import { loopDelays, timelines } from './timelines.ts';

const stop = verdictOf('CPU saturated');
const sending = { phase: 'sending' as const, stop };
const seconds = [
  { at: 50_000, clients: 0, rssBytes: 10e6 },
  { at: 51_000, clients: 100, rssBytes: 20e6, messages: 50, step: rampStep(100) },
  { at: 52_000, clients: 200, rssBytes: 30e6, messages: 200 },
  { at: 54_000, clients: 190, rssBytes: 40e6, messages: 500, lost: 10, step: rampStep(200, 'failed') },
  // The harness has closed every client.
  { at: 55_000, clients: 0, rssBytes: 41e6, messages: 500, lost: 200 },
];
const timelineOf = (entries: Entry[]) => timelines(entries, ['async'])[0];

describe('the timeline of a ramp', () => {
  const found = timelineOf(rampEntries(seconds, sending));

  test('is in seconds since the server started, up to the step that ended it', () => {
    assert.deepEqual(found?.points[0], { seconds: 0.5, clients: 0, loopDelayMilliseconds: 1, rssBytes: 10e6 });
    assert.deepEqual(
      found?.points.map((point) => [point.seconds, point.clients, point.rssBytes, point.messagesPerSecond]),
      [
        [0.5, 0, 10e6, undefined],
        [1.5, 100, 20e6, 50],
        [2.5, 200, 30e6, 150],
        [4.5, 190, 40e6, 150],
      ],
    );
    assert.equal(found?.points[1]?.cpuCores, 0.75);
    assert.equal(found?.cause, 'CPU saturated');
  });

  test('has its steps one after the other, with their verdicts', () => {
    assert.deepEqual(found?.steps, [
      { fromSeconds: 0, toSeconds: 1.5, clients: 100, verdict: 'passed', reasons: [] },
      { fromSeconds: 1.5, toSeconds: 4.5, clients: 200, verdict: 'failed', reasons: ['x'] },
    ]);
  });

  test('does not depend on the clock of the server', () => {
    const elsewhere = seconds.map((second) => ({ ...second, at: second.at + 1e9 }));
    const other = timelineOf(rampEntries(elsewhere, sending));
    assert.deepEqual(other?.steps, found?.steps);
    assert.deepEqual(
      other?.points.map((point) => point.seconds),
      found?.points.map((point) => point.seconds),
    );
  });

  test('ends where the fleet stopped when clients were still connecting', () => {
    const trial = 'sending-1-async/1';
    const entries = rampEntries(seconds.slice(0, 3), { ...sending, stop: verdictOf('time limit') });
    const stopped: Entry = { type: 'fleet', trial, process: 0, line: { type: 'stopped', sent: 1, lost: 0 } };
    const after = rampEntries(seconds.slice(4), sending).filter((entry) => entry.type === 'server');
    const told = timelineOf(entries.toSpliced(-1, 0, stopped, ...after));
    assert.equal(told?.points.length, 3, 'the second after the last step, and none after the stop');
    assert.equal(told?.steps.length, 1);
  });

  test('ends with the last step when the target was reached', () => {
    const passed = seconds.map((second) => (second.at === 54_000 ? { ...second, step: rampStep(200) } : second));
    const told = timelineOf(rampEntries(passed, { phase: 'sending', stop: verdictOf('target reached') }));
    assert.equal(told?.points.at(-1)?.seconds, 4.5);
  });

  test('has no rate between a late line and the next one', () => {
    const late = seconds.map((second) => (second.at === 51_000 ? { ...second, at: 51_400 } : second));
    const told = timelineOf(rampEntries(late, sending));
    assert.equal(told?.points[2]?.messagesPerSecond, 100, 'over the two seconds since the line before');
  });

  test('has the delay of a loop that was too late to report', () => {
    const run = runEntry();
    assert.equal(run.config.reportMilliseconds, 250);
    const told = timelineOf([run, ...rampEntries(seconds, sending)]);
    assert.deepEqual(
      told?.points.map((point) => point.loopDelayMilliseconds),
      [1, 750, 750, 1_750],
    );
  });

  test('has at most 500 points for two hours, with rates over all the time between them', () => {
    const long = Array.from({ length: 7_200 }, (_, second) => ({
      at: 1_000 * second,
      clients: second,
      rssBytes: 10e6,
      messages: 100 * second,
    }));
    const told = timelineOf(rampEntries(long, sending));
    const points = told?.points ?? [];
    assert.ok(points.length > 300 && points.length <= 500, `${points.length} points`);
    assert.ok(points.slice(1).every(({ messagesPerSecond }) => messagesPerSecond === 100));
    assert.equal(points.at(-1)?.clients, 7_199);
  });

  test('keeps samples of the agent while the server reports nothing', () => {
    const isWord = (entry: Entry) =>
      entry.type === 'server' && entry.line.type === 'server' && entry.line.monotonicMilliseconds === 52_500;
    const told = timelineOf(rampEntries(seconds, sending).filter((entry) => !isWord(entry)));
    assert.deepEqual(told?.points[2], { seconds: 2, rssBytes: 30e6, cpuCores: 0.75 });
    // The rate covers the three seconds since the last report.
    assert.equal(told?.points[3]?.messagesPerSecond, 150);
  });

  test('shows the first complete attempt, and prefers sending clients to silent ones', () => {
    const trialOf = (...entries: Entry[][]) => timelineOf(entries.flat())?.trial;
    const silent = rampEntries(seconds, { stop });
    const cutOff = rampEntries(seconds, { ...sending, outcome: 'cut off' });
    const second = rampEntries(seconds, { ...sending, attempt: '2' });
    assert.equal(trialOf(silent, rampEntries(seconds, sending)), 'sending-1-async/1');
    assert.equal(trialOf(silent), 'connected-1-async/1');
    assert.equal(trialOf(silent, cutOff, second), 'connected-1-async/1', 'a later attempt has a single step');
    const again = rampEntries(seconds, { ...sending, attempt: '1/again' });
    assert.equal(
      trialOf(rampEntries(seconds, { ...sending, outcome: 'void' }), again, second),
      'sending-1-async/1/again',
    );
    assert.equal(trialOf(cutOff, rampEntries(seconds, { ...sending, number: 2 })), 'sending-2-async/1');
  });

  test('is absent for a server without lines, and for a record without ramps', () => {
    assert.deepEqual(timelines([], ['async']), []);
    const silent = rampEntries([], sending);
    const fleet: Entry = { type: 'fleet', trial: 'sending-1-async/1', process: 0, line: fleetSample() };
    assert.deepEqual(timelines(silent.toSpliced(1, 0, fleet), ['async']), []);
  });
});

/** The delay at each report, for reports at intervals of one second. */
function delaysOf(...reports: [at: number, p99: number][]): (number | undefined)[] {
  const lines = reports.map(([at, eventLoopDelayP99Milliseconds]) =>
    countersLine(at, {}, { eventLoopDelayP99Milliseconds }),
  );
  const delays = loopDelays(lines, 1_000);
  return lines.map((line) => delays.get(line));
}

describe('the delay of a loop', () => {
  test('is what the loop reports, while it can', () => {
    assert.deepEqual(delaysOf([5_000, 3], [6_000, 80], [7_010, 60]), [3, 80, 60]);
  });

  test('is at least the lateness of its report, when the loop was blocked for longer', () => {
    assert.deepEqual(delaysOf([5_000, 3], [13_093, 0], [21_814, 7_000]), [3, 7_093, 7_721]);
  });

  test('is absent when nothing was late', () => {
    assert.deepEqual(delaysOf([5_000, 0], [6_000.4, 0], [6_500, 0]), [undefined, undefined, undefined]);
  });
});
