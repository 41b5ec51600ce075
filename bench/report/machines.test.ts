import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { MachineSample } from '../../servers/contract/agent.ts';
import type { HostLimits } from '../../servers/contract/limits.ts';
import type { Machine } from '../../servers/contract/machine.ts';
import type { Overrides } from '../plan/resolve-config.ts';
import type { Entry } from '../record/record.ts';
import { type Summary, summarize } from '../summary/summary.ts';
import { endEntry, runEntry, trialEntry } from '../testing/runs.ts';
import { agentSample, machine, roomyLimits } from '../testing/samples.ts';
import { conditions, limits, machines, placement } from './machines.ts';

const trial = trialEntry('memory', 'async');

interface Seen {
  server?: Partial<Machine>;
  /** One sample per second. */
  samples?: Partial<MachineSample>[];
  links?: { server: HostLimits['links']; fleet: HostLimits['links'] };
  options?: Overrides;
  isSameMachine?: boolean;
}

/** A run on a Raspberry Pi. Unless a test changes it, the fleet is on an x86-64 machine. */
function run({ server, samples = [], links, options, isSameMachine = false }: Seen = {}): Summary {
  const fleet = { ...machine, cpuModel: 'EPYC', architecture: 'x64' };
  const identities = { server: { ...machine, boardModel: 'Raspberry Pi 4 Model B', ...server }, fleet };
  const linked = (end: HostLimits['links'] = []) => ({ ...roomyLimits, links: end });
  return summarize([
    { ...runEntry(options), host: { address: '10.0.0.2', isSameMachine } },
    { type: 'limits', server: linked(links?.server), fleet: linked(links?.fleet), machines: identities },
    trial,
    ...samples.map(
      (seen, second): Entry => ({
        type: 'server',
        trial: trial.trial,
        line: agentSample(second * 1_000, {}, seen),
      }),
    ),
    endEntry(),
  ]);
}

describe('the machines of a run', () => {
  test('are called virtual if they are', () => {
    const [servers = '', fleet = ''] = machines(run({ server: { isVirtual: true } }));
    assert.match(servers, /^Servers: Raspberry Pi 4 Model B \(a virtual machine\), 4 cores/);
    assert.doesNotMatch(fleet, /virtual/);
  });

  test('are not mixed up when only the one of the fleet is known', () => {
    const host = { address: '10.0.0.2', isSameMachine: false };
    const [servers = '', fleet = '', ...others] = machines(summarize([{ ...runEntry(), host }]));
    assert.equal(servers, 'Servers: on a machine that this record does not describe.');
    assert.match(fleet, /^Fleet: Cortex-A72, 4 cores/);
    assert.deepEqual(others, []);
    assert.match(machines(summarize([runEntry()])).join(), /^Cortex-A72, 4 cores/);
  });

  test('are described with board, revision, pages and software', () => {
    const [servers = '', fleet = '', ...others] = machines(run({ server: { boardRevision: 'd03115' } }));
    assert.match(
      servers,
      /^Servers: Raspberry Pi 4 Model B \(revision d03115\), 4 cores, 8\.0 GB, pages of 4 KiB; .* arm64, glibc 2\.36\.$/,
    );
    assert.match(fleet, /^Fleet: EPYC, .* x64/);
    assert.deepEqual(others, []);
    assert.match(machines(run({ isSameMachine: true })).join(), /^Raspberry Pi 4 Model B, 4 cores/, 'an older record');
  });

  test('have limits, and a warning when the memory controller is off', () => {
    const [known = '', ...others] = limits(run({ server: { memoryController: true } }));
    assert.match(known, /^Limits.* descriptors \d+, .*ip_local_port_range \d+ to \d+ \(fleet\)\.$/);
    assert.deepEqual([others, limits(run()).slice(1)], [[], []]);
    assert.deepEqual(limits(run({ server: { memoryController: false } })).slice(1), [
      "The memory controller of the servers' machine is off, so the kernel ignores memory limits.",
    ]);
  });

  test('have the slowest link between them, or one of unknown speed', () => {
    const gigabit = [{ name: 'eth0', megabitsPerSecond: 1_000 }];
    const faster = [{ name: 'eth0', megabitsPerSecond: 10_000 }];
    assert.deepEqual(placement(run({ links: { server: gigabit, fleet: faster } })), [
      'Fleet on another machine, over 1,000 Mbit/s.',
    ]);
    const told = run({ links: { server: gigabit, fleet: faster }, options: { linkMbit: '100' } });
    assert.deepEqual(placement(told), ['Fleet on another machine, over 100 Mbit/s.']);
    assert.deepEqual(placement(run()), ['Fleet on another machine (link speed unknown).']);
  });

  test('have the traffic over that link', () => {
    const wired = (receivedBytes: number, sentBytes: number) => ({
      eth0: { receivedBytes, sentBytes, drops: 0 },
      wlan0: { receivedBytes: 9e12, sentBytes: 9e12, drops: 0 },
    });
    const samples = [{ interfaces: wired(1e9, 1e6) }, { interfaces: wired(13.3e9, 2.5e6) }];
    assert.deepEqual(placement(run({ samples })).slice(1), [
      "The servers' machine received 12.3 GB and sent 1.5 MB over eth0.",
    ]);
    assert.equal(placement(run({ samples, isSameMachine: true })).length, 1, 'there is none on one machine');
  });
});

describe("the state of the servers' machine during a run", () => {
  const steady: Partial<MachineSample> = {
    temperatureCelsius: 50,
    clockHertz: 1.5e9,
    governor: 'performance',
    throttleBits: 0,
    swapInPages: 100,
    swapOutPages: 1_000,
  };

  test('has temperature, clock, governor and throttling', () => {
    const samples = [50, 61, 55].map((temperatureCelsius) => ({ ...steady, temperatureCelsius }));
    assert.deepEqual(conditions(run({ samples })), [
      "Servers' machine: 50.0 °C before, 55.0 °C after, 61.0 °C at most; clock 1.50 to 1.50 GHz; governor performance; throttle bits 0x0 (none).",
    ]);
    assert.deepEqual(conditions(run()), []);
  });

  test('has the firmware clock where it is reported, and not the clock of the kernel', () => {
    const samples = [
      { clockHertz: 1.8e9 },
      { clockHertz: 1.8e9, firmwareClockHertz: 1_800_457_088 },
      { clockHertz: 1.8e9, firmwareClockHertz: 600_117_184, throttleBits: 0x50005 },
    ];
    assert.deepEqual(conditions(run({ samples })), [
      "Servers' machine: firmware clock 0.60 to 1.80 GHz; throttle bits 0x50005 (under-voltage now, throttled now, under-voltage since boot, throttled since boot).",
    ]);
  });

  test('has the swapped amounts, or says that swap stayed unused', () => {
    const swapped = (samples: Partial<MachineSample>[], swapTotalBytes: number) =>
      conditions(run({ samples, server: { swapTotalBytes, pageBytes: 16_384 } })).join();
    const busy = [steady, { ...steady, swapInPages: 200, swapOutPages: 1_500 }];
    assert.match(swapped(busy, 1e9), /; 8\.19 MB swapped out, 1\.64 MB swapped in\.$/);
    assert.match(swapped(busy, 0), /; 8\.19 MB swapped out/, 'swap may be added later');
    assert.match(swapped([steady, steady], 1e9), /; nothing swapped in or out\.$/);
    assert.doesNotMatch(swapped([steady, steady], 0), /swap/);
    assert.equal(swapped([{}, {}], 1e9), '', 'an older record has no counts');
  });
});
