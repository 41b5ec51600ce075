import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { availableShare, createCgroup, lacking, occupyMemory, withoutCores } from '../../testing/surroundings.ts';
import { misbehaving } from './misbehave.ts';
import { held, ready } from './pause.ts';
import { assertStop, provoke } from './provoke.ts';

const megabyte = 1_000_000;

describe('a server that ends', () => {
  test('by kill -9 is named as killed', async () => {
    const stop = await provoke({
      search: ['async', 'connected', 40],
      harm: [
        held(10),
        async ({ pid }) => {
          process.kill(await pid('server'), 'SIGKILL');
        },
      ],
    });
    assertStop(stop, 'server killed', /^by SIGKILL/, { signal: 'SIGKILL' });
  });

  test('by its own signal is named as crashed, with its last words', { skip: lacking('prlimit') }, async () => {
    const stop = await provoke({
      search: ['async', 'connected', 40],
      startedBy: withoutCores(),
      environment: misbehaving('crash'),
      harm: [
        held(10),
        async ({ pid }) => {
          process.kill(await pid('server'), 'SIGUSR2');
        },
      ],
    });
    assertStop(stop, 'server crashed', /^by SIGABRT: the last words(;|$)/, { signal: 'SIGABRT' });
  });

  test('by itself is named as ended, with its last words', async () => {
    const stop = await provoke({
      search: ['async', 'connected', 40],
      environment: misbehaving('end'),
      harm: [
        held(10),
        async ({ pid }) => {
          process.kill(await pid('server'), 'SIGUSR2');
        },
      ],
    });
    assertStop(stop, 'server ended', /^with exit code 3: the last words(;|$)/, { exitCode: 3 });
  });

  test('by the memory guard is named so', async () => {
    const share = 0.9 * availableShare();
    using others = new DisposableStack();
    const stop = await provoke({
      search: ['async', 'connected', 1_600],
      options: ['--memory-guard', share.toFixed(5)],
      // Taken while the next clients connect.
      harm: [held(400), async () => others.use(occupyMemory(0.15 * availableShare()))],
    });
    assertStop(
      stop,
      'memory guard',
      /^the guard killed the server at [\d,]+ clients with [\d,]+ of [\d,]+ MB available/,
    );
    const { memoryAvailableBytes, memoryTotalBytes } = stop.numbers;
    assert.ok(Number(memoryAvailableBytes) < share * Number(memoryTotalBytes));
  });

  test('by the limit of its cgroup is named so', { skip: lacking('root', 'cgroups') }, async () => {
    using cgroup = createCgroup('memory', 400 * megabyte);
    const stop = await provoke({
      // The first step, of 20 clients, fits into the limit, so that a sample shows the memory near it before the kill.
      search: ['blocking', 'connected', 80],
      harm: [ready, async ({ pid }) => cgroup.add(await pid('server'))],
    });
    assertStop(
      stop,
      'cgroup memory limit',
      /^the kernel killed the server( at \d+ clients)? in its cgroup, limited to 400 MB; a moment/,
    );
  });

  test('for lack of address space is named so', { skip: lacking('prlimit') }, async () => {
    const stop = await provoke({
      search: ['blocking', 'connected', 200],
      startedBy: withoutCores(60_000_000_000),
    });
    assertStop(
      stop,
      'address space',
      /^the server could reserve no more address space, with [\d,]+ of 60,000 MB of it: /,
      {
        addressSpaceBytes: 60_000_000_000,
      },
    );
  });

  test('for lack of a thread is named so', { skip: lacking('root', 'cgroups') }, async () => {
    using cgroup = createCgroup('pids', 80);
    const stop = await provoke({
      search: ['blocking', 'connected', 200],
      harm: [ready, async ({ pid }) => cgroup.add(await pid('server'))],
    });
    assertStop(stop, 'thread creation', /^\d+ threads could not be started; its cgroup has \d+ of 80 tasks/, {
      cgroupPidsMax: 80,
    });
  });
});
