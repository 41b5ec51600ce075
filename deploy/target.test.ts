import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkDestination, resolveAddress } from './target.ts';

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
    test(`${JSON.stringify(destination)} is ${isGood ? 'accepted' : 'refused'}`, () => {
      if (isGood) checkDestination(destination);
      else assert.throws(() => checkDestination(destination), { code: 'BAD_OPTION', message: /is no ssh destination/ });
    });
  }
});

describe('the address of the servers', () => {
  const found = (destination: string) => resolveAddress({ destination, sshConfig: '/dev/null' });

  test('is the one that ssh connects to', async () => {
    assert.deepEqual(await found('pi@127.0.0.1'), { address: '127.0.0.1', certificateHosts: ['127.0.0.1'] });
  });

  test('is looked up for a name, and the certificate holds both', async () => {
    const { address, certificateHosts } = await found('pi@localhost');
    assert.deepEqual(certificateHosts, [address, 'localhost']);
  });

  test('must exist', async () => {
    await assert.rejects(found('no-such-host.invalid'), {
      code: 'BAD_OPTION',
      message: /finds no address for the host no-such-host\.invalid of .*: give its address/,
    });
  });
});
