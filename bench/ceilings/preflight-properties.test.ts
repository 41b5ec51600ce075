import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { HostLimits } from '../../servers/contract/limits.ts';
import type { Raise, Setting } from '../tune/settings.ts';
import { ceilings, isTooLow, mostClients, warnings } from './preflight.ts';
import type { Plan } from './resource.ts';

const some = (most: number) => fc.option(fc.integer({ min: 1, max: most }), { nil: undefined });
const anyHost: fc.Arbitrary<HostLimits> = fc
  .record({
    ...{ usedBytes: fc.integer({ min: 0, max: 4e9 }), memoryAvailableBytes: fc.integer({ min: 0, max: 64e9 }) },
    ...{ swapTotalBytes: fc.constant(0), pageBytes: fc.constantFrom(4_096, 16_384) },
    ...{ cgroupMemoryMaxBytes: some(64e9), cgroupMemoryBytes: some(4e9) },
    ...{ openFilesHard: some(2e6), nrOpen: some(2e6), fileMax: some(1e7), threadsMax: some(3e5), pidMax: some(3e5) },
    ...{ processesHard: some(1e5), cgroupPidsMax: some(1e5), cgroupPids: some(500) },
    ...{ threads: fc.integer({ min: 1, max: 2_000 }), maxMapCount: some(5e6), addressSpaceBytes: some(1e13) },
    ...{ overcommitMemory: fc.constantFrom(0, 1, 2), addressBits: fc.constantFrom(39, 47, 48) },
    ...{ portLow: fc.integer({ min: 1_024, max: 40_000 }), portHigh: fc.integer({ min: 40_001, max: 65_535 }) },
    ...{ somaxconn: some(8_192), synBacklog: some(8_192), tcpMemoryMaxPages: some(1e6) },
    ...{ conntrackMax: some(1e6), conntrackEntries: some(1_000), cpuCores: fc.constant(4), isRoot: fc.boolean() },
    links: fc.array(fc.record({ name: fc.constant('eth0'), megabitsPerSecond: some(10_000) }), { maxLength: 2 }),
  })
  .map(({ usedBytes, ...rest }) => ({ ...rest, memoryTotalBytes: rest.memoryAvailableBytes + usedBytes }));

const anyPlan: fc.Arbitrary<Plan> = fc
  .record({
    contender: fc.constantFrom('async', 'blocking', 'never-measured'),
    ...{ sending: fc.boolean(), isSameMachine: fc.boolean(), server: anyHost, fleet: anyHost },
    ...{ fleetPlaces: fc.integer({ min: 1, max: 4 }), ports: fc.integer({ min: 1, max: 8 }) },
    ...{ sourceAddresses: fc.integer({ min: 1, max: 8 }) },
    clients: fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: mostClients })),
    clientsPerProcess: fc.integer({ min: 1, max: 60_000 }),
  })
  .map(({ clients, clientsPerProcess, ...rest }) => ({
    ...rest,
    fleet: rest.isSameMachine ? rest.server : rest.fleet,
    config: {
      ...{
        maxThreads: 30_000,
        memoryGuardShare: 0.1,
        intervalMilliseconds: 1_000,
        messageBytes: 10_240,
        backlog: 4_096,
      },
      ramp: { clients, maxHandshakesInFlight: 64 },
      fleet: { clientsPerProcess },
    },
  }));

/** The plan on changed machines. */
function changed(before: Plan, change: (limits: HostLimits) => HostLimits): Plan {
  return { ...before, server: change(before.server), fleet: change(before.fleet) };
}

describe('every plan', () => {
  test('fits exactly when no ceiling is too low, and the lowest one binds', () => {
    fc.assert(
      fc.property(anyPlan, (any) => {
        const result = ceilings(any);
        for (const ceiling of result.ceilings) {
          assert.equal(isTooLow(ceiling), ceiling.maxClients < result.clients, JSON.stringify(ceiling));
        }
        const lowest = Math.min(mostClients, ...result.ceilings.map(({ maxClients }) => maxClients));
        assert.equal(result.binding?.maxClients ?? mostClients, lowest);
        assert.equal(result.fits, lowest >= result.clients);
        assert.equal(warnings(result).length > result.advice.length, !result.fits);
      }),
    );
  });

  const higher = [
    ...(['memoryAvailableBytes', 'cgroupMemoryMaxBytes', 'openFilesHard', 'nrOpen', 'fileMax', 'threadsMax'] as const),
    ...(['pidMax', 'processesHard', 'cgroupPidsMax', 'maxMapCount', 'addressSpaceBytes', 'portHigh'] as const),
    ...(['tcpMemoryMaxPages', 'conntrackMax'] as const),
  ];
  for (const field of higher) {
    test(`allows no fewer clients when ${field} is higher`, () => {
      fc.assert(
        fc.property(anyPlan, fc.integer({ min: 1, max: 1_000_000 }), (any, more) => {
          const before = ceilings(any);
          const after = ceilings(
            changed(any, (limits) => {
              const value = limits[field];
              return value === undefined ? limits : { ...limits, [field]: value + more };
            }),
          );
          assert.deepEqual(after.ceilings.length, before.ceilings.length);
          for (const [index, { maxClients }] of before.ceilings.entries()) {
            assert.ok((after.ceilings[index]?.maxClients ?? 0) >= maxClients);
          }
        }),
      );
    });
  }

  const field: Partial<Record<Setting, keyof HostLimits>> = {
    'vm.max_map_count': 'maxMapCount',
    'kernel.threads-max': 'threadsMax',
    'kernel.pid_max': 'pidMax',
    'net.core.somaxconn': 'somaxconn',
    'net.ipv4.tcp_max_syn_backlog': 'synBacklog',
    'fs.nr_open': 'nrOpen',
    'fs.file-max': 'fileMax',
    'net.netfilter.nf_conntrack_max': 'conntrackMax',
  };
  const raised = (limits: HostLimits, { setting, value }: Raise): HostLimits => {
    const [first = 0, second = 0, third] = value.split(' ').map(Number);
    if (setting === 'net.ipv4.ip_local_port_range') return { ...limits, portLow: first, portHigh: second };
    if (setting === 'net.ipv4.tcp_mem') return { ...limits, tcpMemoryMaxPages: third };
    const name = field[setting];
    assert.ok(name !== undefined, setting);
    return { ...limits, [name]: first };
  };

  test('passes a limit after its remedy', () => {
    fc.assert(
      fc.property(anyPlan, (any) => {
        for (const { name, host, raise } of ceilings(any).ceilings.filter(isTooLow)) {
          if (raise === undefined) continue;
          const after = changed(any, (limits) => (limits === any[host] ? raised(limits, raise) : limits));
          const lifted = ceilings(after).ceilings.find((one) => one.name === name && one.host === host);
          assert.ok(lifted !== undefined && !isTooLow(lifted), `${name} ${JSON.stringify(raise)}`);
        }
      }),
    );
  });

  test('gets a range of ports that the kernel accepts, and that includes the present one', () => {
    fc.assert(
      fc.property(anyPlan, (any) => {
        for (const { host, raise } of ceilings(any).ceilings) {
          if (raise?.setting !== 'net.ipv4.ip_local_port_range') continue;
          const { portLow, portHigh } = raised(any[host], raise);
          assert.ok(portLow >= 1_024 && portLow <= any[host].portLow);
          assert.ok(portHigh <= 65_535 && portHigh >= any[host].portHigh);
        }
      }),
    );
  });
});
