import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { compare } from '../../compare.ts';
import { readEnvironment } from '../../environment.ts';
import { createAgentHost } from '../../host/agent-host.ts';
import type { HostOpener } from '../../host/host.ts';
import { nodeCommand } from '../../line-process.ts';
import { resolveConfig } from '../../resolve-config.ts';
import { assertStop, stopOf } from './provoke.ts';
import { lacking, run, toUndo } from './surroundings.ts';

const agentScript = join(import.meta.dirname, '..', '..', '..', 'servers', 'agent', 'main.ts');
/** Of those for tests of benchmarks (RFC 2544): nobody has them. */
const [fleetAddress, serverAddress] = ['198.18.0.1', '198.18.0.2'];

/** A network namespace behind a link that carries so much towards it. */
function createLink(namespace: string, megabitsPerSecond: number): Disposable {
  const [near, far] = [`${namespace}n`, `${namespace}f`];
  run('ip', 'netns', 'add', namespace);
  // With the namespace goes the link.
  const undo = toUndo(() => run('ip', 'netns', 'del', namespace));
  run('ip', 'link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', namespace);
  run('ip', 'address', 'add', `${fleetAddress}/30`, 'dev', near);
  run('ip', 'link', 'set', near, 'up');
  run('ip', '-n', namespace, 'address', 'add', `${serverAddress}/30`, 'dev', far);
  run('ip', '-n', namespace, 'link', 'set', far, 'up');
  run(
    'tc',
    'qdisc',
    'add',
    'dev',
    near,
    'root',
    'tbf',
    'rate',
    `${megabitsPerSecond}mbit`,
    'burst',
    '32kb',
    'latency',
    '400ms',
  );
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
        agentCommand: ['ip', 'netns', 'exec', namespace, ...nodeCommand(agentScript)],
        node: process.execPath,
        ...release,
      });
      return { host, close: async () => {} };
    },
  };
}

test('a search whose messages fill the link names the network card', {
  skip: lacking('root', 'ip', 'tc'),
}, async () => {
  const namespace = `provoked${process.pid}`;
  using _ = createLink(namespace, 20);
  const results = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-provoked-'));
  try {
    const words = { profile: 'smoke', contenders: 'async', only: 'sending', bracket: '1' };
    // 200 clients of 10 KB a second send 17 Mbit/s.
    const load = { clients: '400', intervalMs: '1000', linkMbit: '20' };
    await compare({
      config: resolveConfig({ ...words, ...load }, true),
      environment: readEnvironment(),
      target: behindLink(namespace),
      tune: false,
      resultsDirectory: results,
      progress: { phase: () => {}, live: () => {}, warn: () => {}, show: () => {}, close: () => {} },
      signal: new AbortController().signal,
    });
    assertStop(await stopOf(results), 'network card', /^provoked\d+f carried (1[89]|2\d) of 20 Mbit\/s; /, {
      linkMegabitsPerSecond: 20,
    });
  } finally {
    await rm(results, { recursive: true, force: true });
  }
});
