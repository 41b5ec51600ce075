import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describeUnitFailure, systemctlShowWords, systemdRunWords } from './unit.ts';

describe('a unit', () => {
  const options = { name: 'pi-websocket-bench-a', user: 'pi', command: ['/home/pi/node', 'agent.mjs'] };

  test('runs the command as the user, with the limits of a service', () => {
    const words = systemdRunWords(options);
    assert.equal(words[0], 'systemd-run');
    assert.ok(words.includes('--unit=pi-websocket-bench-a'));
    assert.ok(words.includes('--property=User=pi'));
    assert.ok(words.includes('--property=LimitNOFILE=1048576'));
    assert.deepEqual(words.slice(words.indexOf('--')), ['--', '/home/pi/node', 'agent.mjs']);
  });

  test('has a memory limit only when one is given', () => {
    const limits = (words: string[]) => words.filter((word) => word.includes('Memory'));
    assert.deepEqual(limits(systemdRunWords(options)), []);
    assert.deepEqual(limits(systemdRunWords({ ...options, memoryMaxBytes: 1_000 })), [
      '--property=MemoryMax=1000',
      '--property=MemorySwapMax=0',
    ]);
  });

  test('is queried for its end by name', () => {
    assert.deepEqual(systemctlShowWords('unit'), [
      ...['systemctl', 'show', '--property=Result', '--property=ExecMainCode', '--property=ExecMainStatus', 'unit'],
    ]);
  });

  const ends: [shown: string, sentence: string | undefined][] = [
    ['Result=success\nExecMainCode=0\nExecMainStatus=0\n', undefined],
    ['', undefined],
    ['Result=oom-kill\nExecMainCode=2\nExecMainStatus=9\n', 'its systemd unit unit failed (Result=oom-kill, signal 9)'],
    [
      'ExecMainCode=1\nExecMainStatus=203\nResult=exit-code\n',
      'its systemd unit unit failed (Result=exit-code, exit status 203)',
    ],
  ];
  for (const [shown, sentence] of ends) {
    test(`that shows ${JSON.stringify(shown)} ${sentence === undefined ? 'has not failed' : 'has failed'}`, () => {
      assert.equal(describeUnitFailure('unit', shown), sentence);
    });
  }
});
