import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { HostLimits } from '../../servers/contract/limits.ts';
import { fleetHere } from '../host/fleet-place.ts';
import type { Host, HostOpener } from '../host/host.ts';
import { resolveConfig } from '../plan/resolve-config.ts';
import type { Entry } from '../record/record.ts';
import { machine, roomyLimits } from '../testing/samples.ts';
import { silentProgress } from '../testing/silent-progress.ts';
import { prepareMachines } from './machines.ts';

/** Inspections, tunings and restorations in the order in which they happened. */
let events: string[];
let entries: Entry[];
beforeEach(() => {
  events = [];
  entries = [];
});

interface FakeMachine {
  name: string;
  limits: HostLimits;
  /** Messages about settings that it could not restore. */
  left?: string[];
  failure?: Error;
}

function fakeHost({ name, limits, left = [], failure }: FakeMachine): Host {
  return {
    address: name,
    serverName: name,
    isSameMachine: false,
    startServer: () => Promise.reject(new Error('no server is started')),
    inspect() {
      events.push(`${name} inspected`);
      return Promise.resolve({ limits, machine });
    },
    tune(raises) {
      const settings = [...new Set(raises.map(({ setting }) => setting))];
      events.push(`${name} tuned: ${settings.join(', ')}`);
      if (failure !== undefined) return Promise.reject(failure);
      const raised = settings.map((setting) => ({ setting, from: '1', to: '2' }));
      return Promise.resolve({
        raised,
        warnings: [`${name} is slow`],
        restore() {
          events.push(`${name} put back`);
          return Promise.resolve(left);
        },
      });
    },
  };
}

const fleet: FakeMachine = { name: 'fleet', limits: { ...roomyLimits, portLow: 32_768, portHigh: 32_769 } };
const server: FakeMachine = { name: 'server', limits: { ...roomyLimits, somaxconn: 128 } };

async function prepare(here: Host, host: Host, { tune = true, isSameMachine = false } = {}): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => void events.push('closed'));
  const target: HostOpener = {
    address: '10.0.0.2',
    isSameMachine,
    certificateHosts: [],
    open: () => Promise.reject(new Error('it is open')),
    [Symbol.asyncDispose]: async () => {},
  };
  const context = {
    config: resolveConfig({ profile: 'smoke' }, true),
    places: [fleetHere],
    record: { append: (entry: Entry) => void entries.push(entry) },
    progress: { ...silentProgress, phase: (text: string) => void events.push(text) },
  };
  await prepareMachines(context, { target, host, here, tune, cleanup });
  events.push('prepared');
}

function warningsSaid(): string[] {
  return entries.flatMap((entry) => (entry.type === 'warning' ? [entry.message] : []));
}

describe('preparing the machines', () => {
  test('tunes each for its part, inspects again, and restores before the host is closed', async () => {
    await prepare(fakeHost(fleet), fakeHost({ ...server, left: ['it is stuck'] }));
    assert.deepEqual(events, [
      'fleet inspected',
      'server inspected',
      'fleet tuned: net.ipv4.ip_local_port_range',
      "the fleet's net.ipv4.ip_local_port_range raised from 1 to 2",
      'server tuned: net.core.somaxconn',
      "the server's net.core.somaxconn raised from 1 to 2",
      'fleet inspected',
      'server inspected',
      'prepared',
      'server put back',
      'fleet put back',
      'closed',
    ]);
    const said = warningsSaid();
    for (const message of [
      'on the fleet: fleet is slow',
      'on the server: server is slow',
      'on the server: it is stuck',
    ])
      assert.ok(said.includes(message), said.join('\n'));
  });

  test('restores what was already tuned when a later tuning fails', async () => {
    await assert.rejects(prepare(fakeHost(fleet), fakeHost({ ...server, failure: new Error('lost') })), {
      message: 'lost',
    });
    assert.deepEqual(events.slice(-2), ['fleet put back', 'closed']);
  });

  test('tunes one machine once when server and fleet share it', async () => {
    const one = fakeHost({ ...server, limits: { ...fleet.limits, somaxconn: 128 } });
    await prepare(one, one, { isSameMachine: true });
    assert.deepEqual(events, [
      'server inspected',
      'server tuned: net.ipv4.ip_local_port_range, net.core.somaxconn',
      "this machine's net.ipv4.ip_local_port_range raised from 1 to 2",
      "this machine's net.core.somaxconn raised from 1 to 2",
      'server inspected',
      'prepared',
      'server put back',
      'closed',
    ]);
  });

  test('changes nothing without --tune', async () => {
    await prepare(fakeHost(fleet), fakeHost(server), { tune: false });
    assert.deepEqual(events, ['fleet inspected', 'server inspected', 'prepared', 'closed']);
  });
});
