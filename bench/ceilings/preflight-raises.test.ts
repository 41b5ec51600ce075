import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needing } from '../testing/sysctls.ts';
import type { Raise } from '../tune/settings.ts';
import { type Preflight, raisesOf } from './preflight.ts';

const maps: Raise = { setting: 'vm.max_map_count', value: '2097152' };
const ports: Raise = { setting: 'net.ipv4.ip_local_port_range', value: '1024 65535' };
const backlog: Raise = { setting: 'net.core.somaxconn', value: '4096' };

function advising(raise: Raise, isSameMachine: boolean): Preflight {
  const advice = {
    host: 'server',
    sentence: 'it is 128',
    remedy: 'sudo sysctl',
    remedyIsCommand: true,
    raise,
  } as const;
  return { ...needing([], isSameMachine), advice: [advice] };
}
function enough(plan: Preflight): Preflight {
  return { ...plan, ceilings: plan.ceilings.map((ceiling) => ({ ...ceiling, needed: 1 })) };
}

const rows: [title: string, results: Preflight[], here: Raise[], there: Raise[]][] = [
  [
    'are all raised here when servers and fleet share this machine',
    [needing([maps]), needing([ports], true, 'fleet')],
    [maps, ports],
    [],
  ],
  [
    'are raised on the machine that lacks them',
    [needing([maps], false), needing([ports], false, 'fleet')],
    [ports],
    [maps],
  ],
  ['are raised for advice, too', [advising(backlog, true)], [backlog], []],
  ["are raised for advice on the servers' machine", [advising(backlog, false)], [], [backlog]],
  ['are left alone when no plan needs more', [enough(needing([maps])), enough(needing([maps], false))], [], []],
];
for (const [title, results, here, there] of rows) {
  test(`settings ${title}`, () => {
    assert.deepEqual(raisesOf(results, 'here'), here);
    assert.deepEqual(raisesOf(results, 'there'), there);
  });
}
