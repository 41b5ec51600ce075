import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '../record/record.ts';
import { runEntry } from '../testing/runs.ts';
import { agentSample } from '../testing/samples.ts';
import { conditionsOf } from './conditions.ts';

const sample = (trial: string, at: number, line: Partial<ReturnType<typeof agentSample>>): Entry => ({
  type: 'server',
  trial,
  line: { ...agentSample(at), ...line },
});
const machine = (changed: Parameters<typeof agentSample>[2]) => ({ machine: agentSample(0, {}, changed).machine });

test('the conditions of a run are the first, last, lowest and highest values of its samples', () => {
  const found = conditionsOf([
    runEntry(),
    sample('a', 0, machine({ temperatureCelsius: 50, clockHertz: 1.5e9, governor: 'ondemand', throttleBits: 0 })),
    sample('a', 1_000, machine({ temperatureCelsius: 80, clockHertz: 0.6e9, governor: 'ondemand', throttleBits: 4 })),
    sample(
      'b',
      2_000,
      machine({ temperatureCelsius: 45, clockHertz: 1.8e9, governor: 'performance', throttleBits: 4 }),
    ),
    sample('b', 3_000, machine({ temperatureCelsius: 60, clockHertz: 1.2e9, governor: 'ondemand', throttleBits: 4 })),
  ]);
  assert.deepEqual(found.temperatureCelsius, { first: 50, last: 60, low: 45, high: 80 });
  assert.deepEqual(found.clockHertz, { first: 1.5e9, last: 1.2e9, low: 0.6e9, high: 1.8e9 });
  assert.deepEqual(found.governors, ['ondemand', 'performance']);
  assert.deepEqual(found.throttleBits, [0, 4]);
});

test('the firmware clock has its own range, from the samples that have it', () => {
  const found = conditionsOf([
    sample('a', 0, machine({ clockHertz: 1.8e9 })),
    sample('a', 1_000, machine({ clockHertz: 1.8e9, firmwareClockHertz: 1.8e9 })),
    sample('a', 2_000, machine({ clockHertz: 1.8e9, firmwareClockHertz: 0.6e9 })),
  ]);
  assert.deepEqual(found.clockHertz, { first: 1.8e9, last: 1.8e9, low: 1.8e9, high: 1.8e9 });
  assert.deepEqual(found.firmwareClockHertz, { first: 1.8e9, last: 0.6e9, low: 0.6e9, high: 1.8e9 });
});

test('swapped pages are the rise of the counts, even when a restart of the machine resets them', () => {
  const counts: [into: number, out: number][] = [
    [100, 1_000],
    [130, 1_000],
    [0, 5],
    [7, 9],
  ];
  const found = conditionsOf(
    counts.map(([swapInPages, swapOutPages], second) =>
      sample(second < 2 ? 'a' : 'b', second * 1_000, machine({ swapInPages, swapOutPages })),
    ),
  );
  assert.deepEqual([found.swapInPages, found.swapOutPages], [37, 4]);
});

test('traffic is that of the busiest interface, and present only with a fleet on another machine', () => {
  const card = (receivedBytes: number, sentBytes: number) => ({ receivedBytes, sentBytes, drops: 0 });
  const entries = [
    sample('a', 0, machine({ interfaces: { wlan0: card(9_000, 9_000), eth0: card(1_000, 100) } })),
    sample('a', 1_000, machine({ interfaces: { wlan0: card(9_001, 9_001), eth0: card(1_500, 110) } })),
    sample(
      'b',
      9_000,
      machine({ interfaces: { wlan0: card(9_001, 9_001), eth0: card(2_000, 150), tun0: card(5, 5) } }),
    ),
  ];
  const at = (isSameMachine: boolean) => ({ ...runEntry(), host: { address: '10.0.0.2', isSameMachine } });
  const { network } = conditionsOf([at(false), ...entries]);
  assert.deepEqual(network, { name: 'eth0', receivedBytes: 1_000, sentBytes: 50 });
  assert.equal(conditionsOf([at(true), ...entries]).network, undefined);
  assert.equal(conditionsOf([at(false), sample('a', 0, {})]).network, undefined, 'without interfaces');
});

test('the cost of watching is the CPU time of all agents divided by the time that they watched, without their start', () => {
  const { agentCpuShare, agentRssBytes } = conditionsOf([
    sample('a', 0, { agentCpuMicroseconds: 200_000, agentRssBytes: 40 }),
    sample('a', 10_000, { agentCpuMicroseconds: 250_000, agentRssBytes: 60 }),
    sample('b', 50_000, { agentCpuMicroseconds: 300_000, agentRssBytes: 50 }),
    sample('b', 80_000, { agentCpuMicroseconds: 450_000, agentRssBytes: 50 }),
  ]);
  assert.equal(agentCpuShare, 0.005);
  assert.equal(agentRssBytes, 60);
});

test('a value that a machine does not report, or that an older record lacks, is absent', () => {
  assert.deepEqual(conditionsOf([runEntry()]), { governors: [], throttleBits: [] });
  const { agentCpuMicroseconds: _, agentRssBytes: __, ...old } = agentSample(0);
  const entries: Entry[] = [0, 1_000].map((at) => ({
    type: 'server',
    trial: 'a',
    line: { ...old, monotonicMilliseconds: at },
  }));
  assert.deepEqual(conditionsOf(entries), { governors: [], throttleBits: [] });
});
