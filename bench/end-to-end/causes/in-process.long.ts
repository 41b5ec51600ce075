import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { compare } from '../../commands/compare.ts';
import { createAgentHost, localHost } from '../../host/agent-host.ts';
import type { HostOpener } from '../../host/host.ts';
import { nodeCommand } from '../../host/line-process.ts';
import type { Config } from '../../plan/config.ts';
import { resolveConfig } from '../../plan/resolve-config.ts';
import type { Verdict } from '../../record/verdict.ts';
import { readEnvironment } from '../../run/environment.ts';
import { silentProgress } from '../../testing/silent-progress.ts';
import { lacking, run, toUndo } from '../../testing/surroundings.ts';
import { tuneHere } from '../../tune/here.ts';
import { assertStop, stopOf } from './provoke.ts';

const agentScript = join(import.meta.dirname, '..', '..', '..', 'servers', 'agent', 'main.ts');
/** Addresses reserved for benchmark tests (RFC 2544), which no host uses. */
const [fleetAddress, serverAddress] = ['198.18.0.1', '198.18.0.2'];

/** Creates a network namespace behind a link with this speed towards it. */
function createLink(namespace: string, megabitsPerSecond: number): Disposable {
  const [near, far] = [`${namespace}n`, `${namespace}f`];
  const inside = ['ip', '-n', namespace] as const;
  run('ip', 'netns', 'add', namespace);
  // The kernel deletes the link together with the namespace.
  const undo = toUndo(() => run('ip', 'netns', 'del', namespace));
  run('ip', 'link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', namespace);
  run('ip', 'address', 'add', `${fleetAddress}/30`, 'dev', near);
  run('ip', 'link', 'set', near, 'up');
  run(...inside, 'address', 'add', `${serverAddress}/30`, 'dev', far);
  run(...inside, 'link', 'set', far, 'up');
  const bucket = ['tbf', 'rate', `${megabitsPerSecond}mbit`, 'burst', '32kb', 'latency', '400ms'];
  run('tc', 'qdisc', 'add', 'dev', near, 'root', ...bucket);
  return undo;
}

function behindLink(namespace: string): HostOpener {
  return {
    address: serverAddress,
    isSameMachine: false,
    certificateHosts: [],
    async open(release) {
      const host = createAgentHost({
        address: serverAddress,
        serverName: 'localhost',
        isSameMachine: false,
        agentCommand: () => ['ip', 'netns', 'exec', namespace, ...nodeCommand(agentScript)],
        node: process.execPath,
        tune: tuneHere,
        ...release,
      });
      return { host, close: async () => {} };
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

async function search(config: Config, target: HostOpener): Promise<Verdict> {
  const results = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-provoked-'));
  try {
    await compare({
      config,
      environment: readEnvironment(),
      target,
      tune: false,
      resultsDirectory: results,
      progress: silentProgress,
      signal: new AbortController().signal,
    });
    return await stopOf(results);
  } finally {
    await rm(results, { recursive: true, force: true });
  }
}

describe('a search that no option of the command line can set up', () => {
  test('names the network card when its messages fill the link', { skip: lacking('root', 'ip', 'tc') }, async () => {
    const namespace = `provoked${process.pid}`;
    using _ = createLink(namespace, 20);
    const words = { profile: 'smoke', contenders: 'async', only: 'sending', bracket: '1' };
    // 200 clients of 10 KB a second send 17 Mbit/s.
    const load = { clients: '400', intervalMs: '1000', linkMbit: '20' };
    const stop = await search(resolveConfig({ ...words, ...load }, true), behindLink(namespace));
    assertStop(stop, 'network card', /^provoked\d+f carried (1[89]|2\d) of 20 Mbit\/s; /, {
      linkMegabitsPerSecond: 20,
    });
  });

  test('names the limit on threads when the server has reached it', async () => {
    const words = { profile: 'smoke', contenders: 'blocking', only: 'connected', bracket: '1', clients: '80' };
    const stop = await search({ ...resolveConfig(words, true), maxThreads: 30 }, localHost);
    assertStop(stop, 'thread limit', /^the server refused 10 connections beyond --max-threads; 30 of 40 clients/, {
      refused: 10,
    });
  });
});
