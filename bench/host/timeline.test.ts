import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connected } from '../testing/fake-trial.ts';
import {
  agentSample,
  countersLine,
  fleetSample,
  fleetWindow,
  machine,
  roomyLimits,
  serverEnd,
} from '../testing/samples.ts';
import { Timeline } from './timeline.ts';

/** A timeline whose clock advances by one millisecond with each line. */
function start(): Timeline {
  let time = 100;
  return new Timeline(() => time++);
}

describe('timeline', () => {
  test('keeps samples and counters with the time of their arrival, not the time in the line', () => {
    const timeline = start();
    const [first, second] = [agentSample(9_000), agentSample(10_000)];
    const counters = countersLine(9_500, { messages: 3 });
    timeline.agentSaid(first);
    timeline.agentSaid({ type: 'server', monotonicMilliseconds: 9_501, line: counters });
    timeline.agentSaid(second);
    assert.deepEqual(timeline.samples, [
      { atMilliseconds: 100, value: first },
      { atMilliseconds: 102, value: second },
    ]);
    assert.deepEqual(timeline.counters, [{ atMilliseconds: 101, value: counters }]);
  });

  test('keeps fleet samples with their process, in the order of their arrival', () => {
    const timeline = start();
    timeline.fleetSaid(1, fleetSample({ open: 5 }));
    timeline.fleetSaid(0, fleetSample({ open: 6 }));
    timeline.fleetSaid(1, fleetSample({ open: 7 }));
    assert.deepEqual(
      timeline.fleet.map(({ atMilliseconds, value }) => [atMilliseconds, value.process, value.open]),
      [
        [100, 1, 5],
        [101, 0, 6],
        [102, 1, 7],
      ],
    );
  });

  test('keeps how the server ended and the line of the memory guard', () => {
    const timeline = start();
    assert.deepEqual([timeline.guard, timeline.end], [undefined, undefined]);
    const guard = {
      type: 'guard',
      monotonicMilliseconds: 1,
      memoryAvailableBytes: 1,
      memoryTotalBytes: 8,
    } as const;
    timeline.agentSaid(guard);
    timeline.agentSaid(serverEnd({ signal: 'SIGKILL' }));
    assert.deepEqual(timeline.guard, { atMilliseconds: 100, value: guard });
    assert.deepEqual(timeline.end, { atMilliseconds: 101, value: serverEnd({ signal: 'SIGKILL' }) });
  });

  test('ignores all other lines', () => {
    const timeline = start();
    timeline.agentSaid({ type: 'started', pid: 1, monotonicMilliseconds: 1, limitations: [] });
    timeline.agentSaid({ type: 'limits', monotonicMilliseconds: 1, limits: roomyLimits, machine });
    timeline.agentSaid({ type: 'failed', code: 'X', message: 'it broke' });
    const stopped = { type: 'stopped', reason: 'SIGTERM', cut: 0 } as const;
    timeline.agentSaid({ type: 'server', monotonicMilliseconds: 1, line: stopped });
    timeline.fleetSaid(0, { type: 'ready', pid: 1 });
    timeline.fleetSaid(0, connected(5));
    timeline.fleetSaid(0, fleetWindow());
    const { samples, counters, fleet, guard, end } = timeline;
    assert.deepEqual([samples, counters, fleet, guard, end], [[], [], [], undefined, undefined]);
  });

  test('uses the monotonic clock of this machine by default', () => {
    const timeline = new Timeline();
    const before = Number(process.hrtime.bigint() / 1_000n) / 1_000;
    timeline.agentSaid(agentSample(1));
    timeline.fleetSaid(0, fleetSample());
    const [sample, fleet] = [timeline.samples[0]?.atMilliseconds ?? 0, timeline.fleet[0]?.atMilliseconds ?? 0];
    assert.ok(before <= sample && sample <= fleet, `${before}, ${sample}, ${fleet}`);
  });
});
