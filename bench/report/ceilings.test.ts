import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { HostLimits } from '../../servers/contract/limits.ts';
import { ceilings, type Preflight } from '../ceilings/preflight.ts';
import type { Plan } from '../ceilings/resource.ts';
import { resolveConfig } from '../plan/resolve-config.ts';
import { roomyLimits } from '../testing/samples.ts';
import { renderCeilings } from './ceilings.ts';

const config = resolveConfig({ profile: 'full' }, true);

/** A Raspberry Pi that has every kind of limit. */
const pi: HostLimits = {
  ...{ ...roomyLimits, memoryTotalBytes: 3.9e9, memoryAvailableBytes: 3.6e9, addressBits: 39, threads: 200 },
  ...{ openFilesHard: 20_000, nrOpen: 1_048_576, fileMax: 390_000, threadsMax: 29_000, pidMax: 32_768 },
  ...{ processesHard: 14_500, cgroupPidsMax: 9_500, cgroupPids: 120, maxMapCount: 65_530, tcpMemoryMaxPages: 90_000 },
  ...{ cgroupMemoryMaxBytes: 3e9, cgroupMemoryBytes: 1e8, conntrackMax: 65_536, conntrackEntries: 12 },
  ...{ overcommitMemory: 2, addressSpaceBytes: 1e12, links: [{ name: 'eth0', megabitsPerSecond: 1_000 }] },
};

function results(changes: Partial<Plan> = {}, limits = pi): Preflight[] {
  return (['blocking', 'async'] as const).flatMap((contender) =>
    [false, true].map((sending) =>
      ceilings({
        ...{ contender, sending, config, server: limits, fleet: limits, isSameMachine: true, fleetPlaces: 1, ports: 1 },
        ...{ sourceAddresses: 3, ...changes },
      }),
    ),
  );
}

/** The rows of each table, with trimmed cells. */
function tablesOf(text: string): string[][][] {
  return text
    .split('┌')
    .slice(1)
    .map((table) =>
      table
        .split('\n')
        .filter((line) => line.startsWith('│'))
        .map((line) =>
          line
            .split('│')
            .slice(1, -1)
            .map((cell) => cell.trim()),
        ),
    );
}
const commandsOf = (text: string) => text.split('\n').filter((line) => line.startsWith('  '));

describe('ceilings for a terminal', () => {
  for (const isSameMachine of [true, false]) {
    test(`fit 80 columns, ${isSameMachine ? 'on one machine' : 'on two'}, and are not cut off`, () => {
      const text = renderCeilings(results({ isSameMachine }));
      for (const line of text.split('\n')) {
        if (!line.startsWith('  ')) assert.ok(line.length <= 80, `${line.length}: ${line}`);
      }
      assert.doesNotMatch(text, /…/);
      assert.ok(!text.includes('\u001b'));
    });
  }

  test('are a table for each contender and kind of client, the lowest first and marked', () => {
    const all = results();
    const text = renderCeilings(all);
    const tables = tablesOf(text);
    assert.equal(tables.length, 4);
    for (const [index, [head, ...rows]] of tables.entries()) {
      assert.deepEqual(head, ['', 'limit', 'in use', 'needed', 'clients', '']);
      const clients = rows.map((row) => Number(row[4]?.replaceAll(',', '')));
      assert.deepEqual(
        clients,
        clients.toSorted((one, other) => one - other),
      );
      assert.deepEqual(
        rows.map((row) => row[5]),
        clients.map((most, row) => (row === 0 ? '<<<' : most < 25_000 ? 'low' : '')),
      );
      assert.equal(rows[0]?.[0], all[index]?.binding?.name);
    }
    assert.match(text, /^blocking, 25,000 clients connected: they do not fit; the lowest ceiling is the\nserver's /);
    assert.match(text, /\nasync, 25,000 clients sending: they do not fit; /);
  });

  test('show limit, use and need with units', () => {
    const [rows = []] = tablesOf(renderCeilings(results()));
    const row = (name: string) => rows.find(([first]) => first === name);
    assert.deepEqual(row('memory'), ['memory', '3.51 GB', '300 MB', '256 GB', '297', 'low']);
    assert.deepEqual(row('kernel.threads-max'), ['kernel.threads-max', '29,000', '200', '25,228', '28,772', '']);
    assert.deepEqual(row('client ports (fleet)'), ['client ports (fleet)', '84,696', '0', '25,000', '84,696', '']);
  });

  test('are not low when they are just high enough', () => {
    const exactly = { ...config, ramp: { ...config.ramp, clients: 297 } };
    const [rows = []] = tablesOf(renderCeilings(results({ config: exactly })));
    assert.deepEqual(
      rows.slice(1, 3).map(([name, , , , clients, mark]) => [name, clients, mark]),
      [
        ['cgroup memory', '266', '<<<'],
        ['memory', '297', ''],
      ],
    );
  });

  test('say which limits stop no plan, and that the CPU is not predicted', () => {
    const text = renderCeilings(results());
    assert.match(text, /\nThese limits stop no plan: .*descriptors \(fleet\)/);
    assert.match(text, /\nThe run measures what the CPUs can do\. No ceiling predicts that\.\n/);
  });

  test('come with each command once, with the value that suffices for all plans', () => {
    const text = renderCeilings(results());
    assert.match(text, /\nTo raise the limits that are too low:\n {2}/);
    const commands = commandsOf(text);
    assert.equal(new Set(commands).size, commands.length);
    assert.deepEqual(
      commands.filter((line) => line.includes('nofile')),
      ['  sudo prlimit --pid $$ --nofile=262144:262144'],
    );
    assert.deepEqual(
      commands.filter((line) => line.includes('max_map')),
      ['  sudo sysctl -w vm.max_map_count=2097152'],
    );
    assert.deepEqual(new Set(commandsOf(renderCeilings(results().toReversed()))), new Set(commands));
    assert.ok(commands.includes('  sudo sysctl -w vm.overcommit_memory=0'));
    // A remedy that is no command is a comment for the shell.
    assert.ok(commands.some((line) => line.startsWith('  # memory: ask for fewer clients')));
    assert.equal(text.match(/Besides, the server's vm\.overcommit_memory is 2/g)?.length, 1);
  });

  test('come with commands for the machine that has the limit', () => {
    const fleet = { ...roomyLimits, portHigh: 40_000 };
    const text = renderCeilings(results({ isSameMachine: false, sourceAddresses: 1, fleet }));
    const [, ofServer = '', ofFleet = ''] =
      /On the servers' machine:\n(.*)\nOn the fleet's machine:\n(.*)$/s.exec(text) ?? [];
    assert.match(ofServer, /vm\.max_map_count=2097152/);
    assert.match(ofServer, /echo "\$USER hard nofile 262144"/);
    assert.deepEqual(commandsOf(ofFleet), ['  sudo sysctl -w net.ipv4.ip_local_port_range="32768 57767"']);
    assert.doesNotMatch(text, /To raise/);
  });

  test('that are high enough, or absent, come with no commands', () => {
    const small = { ...config, ramp: { ...config.ramp, clients: 10 } };
    const text = renderCeilings(results({ config: small }, { ...pi, overcommitMemory: 0 }));
    assert.match(text, /^blocking, 10 clients connected: they fit; the lowest ceiling is the server's\ncgroup memory/);
    assert.doesNotMatch(text, /To raise/);
    assert.doesNotMatch(text, /│ low +│/);
    const nothing = ceilings({ ...planOf(), server: boundless, fleet: boundless });
    assert.match(renderCeilings([nothing]), /^async, 25,000 clients connected: no limit of the machines stops them\./);
  });
});

const boundless: HostLimits = {
  ...{ ...roomyLimits, memoryTotalBytes: 1e15, memoryAvailableBytes: 1e15, openFilesHard: 1e9, threadsMax: 1e9 },
  ...{ pidMax: 1e9, maxMapCount: 1e9, tcpMemoryMaxPages: 1e9 },
};
function planOf(): Omit<Plan, 'server' | 'fleet'> {
  return {
    contender: 'async',
    sending: false,
    config,
    isSameMachine: true,
    fleetPlaces: 1,
    ports: 64,
    sourceAddresses: 1,
  };
}
