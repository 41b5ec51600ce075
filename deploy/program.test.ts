import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { Interrupted } from '../bench/errors.ts';
import { runProgram, startProgram } from './program.ts';

describe('an interrupted program', () => {
  test('has ended when its promise rejects', async () => {
    const interrupt = new AbortController();
    const { child, finished } = startProgram(['sleep', '60'], { signal: interrupt.signal });
    await once(child, 'spawn');
    interrupt.abort();
    await assert.rejects(finished, Interrupted);
    assert.equal(child.signalCode, 'SIGKILL');
  });

  for (const program of ['sleep', 'no-such-program']) {
    test(`rejects as interrupted even before it starts: ${program}`, async () => {
      await assert.rejects(runProgram([program, '60'], AbortSignal.abort()), Interrupted);
    });
  }

  test('rejects as interrupted when it ends by itself at the same moment', async () => {
    const interrupt = new AbortController();
    const { child, finished } = startProgram(['cat'], { signal: interrupt.signal });
    child.once('exit', () => interrupt.abort());
    child.stdin.end();
    await assert.rejects(finished, Interrupted);
  });
});

test('a missing program is named', async () => {
  await assert.rejects(runProgram(['no-such-program']), {
    code: 'PROCESS_FAILED',
    message: /^no-such-program cannot be started \(.*ENOENT\): install it$/,
  });
});
