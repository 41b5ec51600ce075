import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkDestination, findReach } from './target.ts';

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

describe('where clients find the servers', () => {
  const found = (destination: string) => findReach({ destination, sshConfig: '/dev/null' });

  test('is the address that ssh connects to', async () => {
    assert.deepEqual(await found('pi@127.0.0.1'), { address: '127.0.0.1', certificateHosts: ['127.0.0.1'] });
  });

  test('is the address of a name, and the certificate bears both', async () => {
    const { address, certificateHosts } = await found('pi@localhost');
    assert.deepEqual(certificateHosts, [address, 'localhost']);
  });

  test('is refused when there is none', async () => {
    await assert.rejects(found('no-such-host.invalid'), {
      code: 'BAD_OPTION',
      message: /has no address here: name it/,
    });
  });
});
