import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Verdict } from '../../record/verdict.ts';
import { coresTaken, occupyCores } from '../../testing/surroundings.ts';
import { misbehaving } from './misbehave.ts';
import { connected, held } from './pause.ts';
import { assertStop, type Provocation, provoke } from './provoke.ts';

/** On a machine that does other things, too, nothing but the harm is to fail a step. */
const lenient = ['--max-lateness', '1', '--max-fleet-busy', '1', '--min-parsed', '0.5', '--max-p99-intervals', '3'];

/**
 * Provokes a cause that shows only while cores are free. Skips the test when other programs take them. Repeats it only when
 * the verdict names the cores and other programs are seen to have taken them.
 */
async function provokeWithFreeCores(
  t: TestContext,
  provocation: Provocation,
  check: (stop: Verdict) => void,
): Promise<void> {
  for (let left = 3; ; left -= 1) {
    const taken = await coresTaken();
    if (taken !== undefined) return t.skip(taken);
    const stop = await provoke(provocation);
    const isDisturbed = stop.cause === 'CPU saturated' && left > 0 && (await coresTaken()) !== undefined;
    if (!isDisturbed) return check(stop);
  }
}

describe('a search whose messages are late', () => {
  test('names a server that hangs', async () => {
    const stop = await provoke({
      search: ['async', 'sending', 40],
      options: ['--interval-ms', '1000', ...lenient],
      harm: [
        connected(20),
        async ({ pid }) => {
          process.kill(await pid('server'), 'SIGSTOP');
        },
      ],
    });
    assertStop(
      stop,
      'server hung',
      /^it was running and had said nothing for \d+ s; the server reported nothing any more/,
    );
    assert.deepEqual(stop.others, []);
  });

  test('names the fleet when its loop had no time', (t) =>
    provokeWithFreeCores(
      t,
      {
        search: ['async', 'sending', 40],
        environment: misbehaving('occupyLoop'),
        harm: [held(10), async ({ pid }) => process.kill(await pid('fleet'), 'SIGUSR2')],
      },
      (stop) =>
        assertStop(
          stop,
          'fleet saturated',
          /^the step is void: the fleet was (late: p99 \d+ ms|busy: its loop at \d+)/,
        ),
    ));

  test("names the server's loop when it had no time while a core was free", (t) =>
    provokeWithFreeCores(
      t,
      {
        search: ['async', 'sending', 40],
        options: ['--max-lateness', '1', '--max-fleet-busy', '1'],
        environment: misbehaving('occupyLoop'),
        harm: [held(10), async ({ pid }) => process.kill(await pid('server'), 'SIGUSR2')],
      },
      (stop) =>
        assertStop(stop, 'event loop saturated', /^the server's loop was busy 100 % of the time; .*p99 latency \d+ ms/),
    ));

  test('names the cores when none was free for server and fleet', async (t) => {
    const taken = await coresTaken();
    if (taken !== undefined) return t.skip(taken);
    using others = new DisposableStack();
    const stop = await provoke({
      search: ['async', 'sending', 400],
      // With lenient criteria the steps before the harm pass even when they are a little late.
      options: ['--interval-ms', '1000', '--message-bytes', '100000', '--min-parsed', '0.9'],
      harm: [
        connected(200),
        async () => {
          others.use(occupyCores(24));
        },
      ],
    });
    assertStop(stop, 'CPU saturated', /^all cores of the server's machine were busy (9\d|100) % of the time/);
  });
});
