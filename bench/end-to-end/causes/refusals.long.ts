import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inOwnNetwork, lacking, limitDescriptors } from '../../testing/surroundings.ts';
import { held } from './pause.ts';
import { assertStop, provoke } from './provoke.ts';

describe('a search whose clients do not all connect', () => {
  test('names its target when it is not harmed and all of them connect', async () => {
    const stop = await provoke({ search: ['async', 'connected', 40] });
    assertStop(
      stop,
      'target reached',
      /^40 clients, the target of this run; the first predicted ceiling is the server's .*, at about [\d,]+ clients$/,
    );
  });

  test('names the time when they connect too slowly', async () => {
    const stop = await provoke({ search: ['blocking', 'connected', 4_000], options: ['--limit-s', '3'] });
    assertStop(stop, 'time limit', /^\d+ clients connected when the time was up/);
  });

  test('names the descriptors of a server that has one thread', { skip: lacking('prlimit') }, async () => {
    const stop = await provoke({
      search: ['async', 'connected', 400],
      harm: [
        held(100),
        async ({ pid }) => {
          limitDescriptors(await pid('server'), 160);
        },
      ],
    });
    assertStop(stop, 'server descriptors', /^\d+ of 160 descriptors of the server open \(RLIMIT_NOFILE\); \d+ of \d+/, {
      openFilesLimit: 160,
    });
  });

  test('names the descriptors of a server that has a thread for each', { skip: lacking('prlimit') }, async () => {
    const stop = await provoke({
      // Few clients and little time, so that the threads that the server starts again and again lack nothing else.
      search: ['blocking', 'connected', 80],
      options: ['--limit-s', '15'],
      harm: [
        held(20),
        async ({ pid }) => {
          limitDescriptors(await pid('server'), 250);
        },
      ],
    });
    assertStop(stop, 'server descriptors', /^\d+ of 250 descriptors of the server open/, { openFilesLimit: 250 });
  });

  test('names the descriptors of the fleet', { skip: lacking('prlimit') }, async () => {
    const stop = await provoke({
      search: ['async', 'connected', 400],
      harm: [
        held(100),
        async ({ pid }) => {
          limitDescriptors(await pid('fleet'), 160);
        },
      ],
    });
    assertStop(
      stop,
      'fleet out of descriptors',
      /^\d+ connections could not be opened: the fleet had no descriptor left/,
    );
  });

  test('names the source ports of the fleet', { skip: lacking('root', 'unshare', 'ip') }, async () => {
    const stop = await provoke({
      search: ['async', 'connected', 80],
      // One of these 30 ports is the server's own.
      startedBy: inOwnNetwork('echo 40000 40029 > /proc/sys/net/ipv4/ip_local_port_range'),
    });
    assertStop(stop, 'fleet out of ports', /^11 connections could not be opened: no source port was free/, {
      ports: 11,
    });
  });

  test('names the accept queue before the server that does not empty it', {
    skip: lacking('root', 'unshare', 'ip'),
  }, async () => {
    const stop = await provoke({
      search: ['async', 'connected', 400],
      // The fleet has 64 handshakes in flight, more than the queue holds. With a running server the rest would connect when
      // they repeat their SYN after a second.
      options: ['--backlog', '40', '--connect-timeout-s', '10'],
      startedBy: inOwnNetwork(),
      harm: [
        held(100),
        async ({ pid }) => {
          process.kill(await pid('server'), 'SIGSTOP');
        },
      ],
    });
    assertStop(
      stop,
      'accept backlog',
      /^the accept queue overflowed \d+ times \(ListenOverflows\); \d+ of \d+ clients/,
    );
    assert.deepEqual(
      stop.others.map(({ cause }) => cause),
      ['server hung'],
    );
  });

  test('names a server that hangs', { skip: lacking('root', 'unshare', 'ip') }, async () => {
    const stop = await provoke({
      search: ['async', 'connected', 400],
      options: ['--connect-timeout-s', '10'],
      startedBy: inOwnNetwork(),
      harm: [
        held(100),
        async ({ pid }) => {
          process.kill(await pid('server'), 'SIGSTOP');
        },
      ],
    });
    assertStop(stop, 'server hung', /^it was running and had said nothing for \d+ s; \d+ of \d+ clients connected/);
  });
});
