import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkDestination, findAddress } from './target.ts';

const destinations: [destination: string, isGood: boolean][] = [
  ['raspberrypi', true],
  ['pi@raspberrypi.local', true],
  ['pi@192.168.1.20', true],
  ['my_user@my-host_1', true],
  ['::1', true],
  ['pi@fe80::1', true],
  ['', false],
  ['-oProxyCommand=touch$IFS/tmp/x', false],
  ['-F/tmp/config', false],
  ['--', false],
  ['pi@-oProxyCommand=id', false],
  ['-pi@host', false],
  ['pi@', false],
  ['@host', false],
  ['a@b@c', false],
  ['pi@host -v', false],
  ['pi@host\n', false],
  ['pi host', false],
  ['host;id', false],
  ['host|id', false],
  ['host&id', false],
  ['$(id)', false],
  ['`id`', false],
  ["host'", false],
  ['host"', false],
  ['host>x', false],
  ['host%h', false],
  ['host\\x', false],
  ['host*', false],
  ['~host', false],
  ['host/x', false],
  ['ssh://host', false],
];

describe('a destination', () => {
  for (const [destination, isGood] of destinations) {
    test(`${JSON.stringify(destination)} is ${isGood ? 'taken' : 'refused'}`, () => {
      if (isGood) checkDestination(destination);
      else assert.throws(() => checkDestination(destination), { code: 'BAD_OPTION', message: /is no ssh destination/ });
    });
  }
});

test('the address is the one given, or the one that ssh connects to', async () => {
  const target = { destination: 'pi@127.0.0.1', sshConfig: '/dev/null' };
  assert.equal(await findAddress(target), '127.0.0.1');
  assert.equal(await findAddress(target, '192.0.2.7'), '192.0.2.7');
  await assert.rejects(findAddress(target, 'no-such-host.invalid'), { code: 'BAD_OPTION', message: /has no address/ });
});
