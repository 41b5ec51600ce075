import assert from 'node:assert/strict';
import { test } from 'node:test';
import { monotonicMilliseconds } from '../servers/contract/gauges.ts';
import type { FleetCommand } from './contract.ts';
import { startTestFleet, testConfiguration } from './testing/fleet.ts';

const configure = { ...testConfiguration, ca: '', ports: [1] };
const connect: FleetCommand = { type: 'connect', clients: 1, perSecond: 1 };
const arrive: FleetCommand = { type: 'arrive', perSecond: 1, durationMilliseconds: 9_000 };
const text = (...commands: unknown[]) => commands.map((command) => JSON.stringify(command)).join('\n');

for (const [what, input, code] of [
  ['a line that is not JSON', 'open sesame', 'FLEET_BAD_COMMAND'],
  ['an unknown command', text({ type: 'dance' }), 'FLEET_BAD_COMMAND'],
  ['a command that lacks a field', text({ type: 'connect', clients: 1 }), 'FLEET_BAD_COMMAND'],
  ['a number out of range', text({ ...configure, messageBytes: 10 }), 'FLEET_BAD_COMMAND'],
  ['an invalid source address', text({ ...configure, localAddresses: ['here'] }), 'FLEET_BAD_COMMAND'],
  ['a command before the configuration', text(connect), 'FLEET_NOT_CONFIGURED'],
  ['a second configuration', text(configure, configure), 'FLEET_COMMAND_ORDER'],
  [
    'a second connect before the first is answered',
    text(configure, { ...connect, clients: 9 }, connect),
    'FLEET_COMMAND_ORDER',
  ],
  ['a second arrive before the first is answered', text(configure, arrive, arrive), 'FLEET_COMMAND_ORDER'],
  ['a connect during arrivals', text(configure, arrive, connect), 'FLEET_COMMAND_ORDER'],
  ['arrivals during a connect', text(configure, { ...connect, clients: 9 }, arrive), 'FLEET_COMMAND_ORDER'],
  ['arrivals for 0 ms', text(configure, { ...arrive, durationMilliseconds: 0 }), 'FLEET_BAD_COMMAND'],
  ['a report without a window', text(configure, { type: 'report' }), 'FLEET_COMMAND_ORDER'],
  ['a cipher that does not exist', text({ ...configure, cipher: 'ROT13' }), 'FLEET_BAD_CONFIGURATION'],
  ['a host that does not exist', text({ ...configure, host: 'nowhere.invalid' }), 'FLEET_HOST_UNKNOWN'],
] as const) {
  test(`${what} ends the process with ${code}`, async () => {
    const fleet = startTestFleet();
    fleet.process.stdin?.write(`${input}\n`);
    assert.deepEqual(await fleet.exited, [1, null]);
    const last = fleet.lines.at(-1);
    assert.ok(last?.type === 'failed');
    assert.equal(last.code, code);
    assert.ok(last.message.length > 10 && !last.message.includes('\n'));
    assert.deepEqual(fleet.noise, []);
  });
}

test('stop works at any time, even before the configuration', async () => {
  const fleet = startTestFleet();
  fleet.tell({ type: 'stop' });
  // The end of stdin right after `stop` must not turn the orderly stop into a kill.
  fleet.process.stdin?.end();
  assert.deepEqual(await fleet.exited, [0, null]);
  assert.deepEqual(fleet.lines, [{ type: 'stopped', sent: 0, lost: 0 }]);
});

test('the clock is answered at any time, and all processes of the machine share it', async (t) => {
  const fleet = startTestFleet();
  t.after(() => fleet.stop());
  const read = async () => {
    const line = fleet.next('clock');
    const before = monotonicMilliseconds();
    fleet.tell({ type: 'clock' });
    const { monotonicMilliseconds: found } = await line;
    assert.ok(found >= before && found <= monotonicMilliseconds(), `${found}`);
  };
  await read();
  const ready = fleet.next('ready');
  fleet.tell(configure);
  await ready;
  await read();
  fleet.tell({ ...connect, clients: 9 });
  await read();
});
