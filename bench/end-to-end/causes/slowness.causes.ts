import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { coresTaken, occupyCores } from '../../testing/surroundings.ts';
import { misbehaving } from './misbehave.ts';
import { assertStop, provoke } from './provoke.ts';

describe('a search whose messages are late', () => {
  test('names a server that hangs', async () => {
    const stop = await provoke({
      search: ['async', 'sending', 40],
      options: ['--interval-ms', '1000'],
      async harm({ connected, pid }) {
        await connected(20);
        process.kill(await pid('server'), 'SIGSTOP');
      },
    });
    assertStop(
      stop,
      'server hung',
      /^it was running and had said nothing for \d+ s; the server reported nothing any more/,
    );
    assert.deepEqual(stop.others, []);
  });

  test('names the fleet when its loop had no time', async (t) => {
    const taken = await coresTaken();
    if (taken !== undefined) return t.skip(taken);
    const stop = await provoke({
      search: ['async', 'sending', 40],
      environment: misbehaving('occupyLoop'),
      async harm({ held, pid }) {
        await held(10);
        process.kill(await pid('fleet'), 'SIGUSR2');
      },
    });
    assertStop(
      stop,
      'fleet saturated',
      /^the step is void: the fleet was late: .*; the fleet was busy: its loop at \d+/,
    );
  });

  test("names the server's loop when it had no time while a core was free", async (t) => {
    const taken = await coresTaken();
    if (taken !== undefined) return t.skip(taken);
    const stop = await provoke({
      search: ['async', 'sending', 40],
      environment: misbehaving('occupyLoop'),
      async harm({ held, pid }) {
        await held(10);
        process.kill(await pid('server'), 'SIGUSR2');
      },
    });
    assertStop(stop, 'event loop saturated', /^the server's loop was busy 100 % of the time; .*p99 latency \d+ ms/);
  });

  test('names the cores when none was free for server and fleet', async (t) => {
    const taken = await coresTaken();
    if (taken !== undefined) return t.skip(taken);
    using others = new DisposableStack();
    const stop = await provoke({
      search: ['async', 'sending', 400],
      // With lenient criteria the steps before the harm pass even when they are a little late.
      options: ['--interval-ms', '1000', '--message-bytes', '100000', '--limit-s', '60', '--min-parsed', '0.9'],
      async harm({ connected }) {
        await connected(200);
        others.use(occupyCores(24));
      },
    });
    assertStop(stop, 'CPU saturated', /^all cores of the server's machine were busy (9\d|100) % of the time/);
  });
});
