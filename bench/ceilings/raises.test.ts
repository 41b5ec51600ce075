import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needing } from '../testing/sysctls.ts';
import type { Raise } from '../tune/settings.ts';
import type { Preflight } from './preflight.ts';
import { raisesOf } from './raises.ts';

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
  ['of one machine are all raised here', [needing([maps]), needing([ports], true, 'fleet')], [maps, ports], []],
  [
    'of two machines are raised each on its own',
    [needing([maps], false), needing([ports], false, 'fleet')],
    [ports],
    [maps],
  ],
  ['of advice are raised, too', [advising(backlog, true)], [backlog], []],
  ["of advice are raised on the servers' machine", [advising(backlog, false)], [], [backlog]],
  ['that no plan is short of are left alone', [enough(needing([maps])), enough(needing([maps], false))], [], []],
];
for (const [title, results, here, there] of rows) {
  test(`settings ${title}`, () => {
    assert.deepEqual(raisesOf(results, 'here'), here);
    assert.deepEqual(raisesOf(results, 'there'), there);
  });
}
