import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Release } from '../bench/host/host.ts';
import { bundleProgram } from './bundle.ts';
import { architectureOf } from './checks.ts';
import { releasePaths } from './layout.ts';
import { nodeFor } from './locked-packages.ts';
import { manifestOf, type Part } from './manifest.ts';
import type { RemoteMachine } from './remote-machine.ts';
import { type Shipped, shipManifest } from './store.ts';
import { packToolchain } from './toolchain.ts';

const root = join(import.meta.dirname, '..');

export interface DeployedRelease extends Shipped {
  id: string;
  /** Where it is there. */
  folder: string;
}

/**
 * All that servers need: Node for that machine as the lock file has it, the agent, what tunes, the servers, certificate
 * and key; and what builds the servers there, where that is asked for.
 *
 * @throws BenchError @throws Interrupted
 */
export async function deployServers(machine: RemoteMachine, release: Release): Promise<DeployedRelease> {
  const { signal } = release;
  return deploy(machine, signal, async (staging) => {
    await bundleProgram(join(root, 'servers', 'agent', 'remote.ts'), join(staging, releasePaths.agent));
    const toolchain = join(staging, releasePaths.toolchain);
    if (release.compileThere === true) await packToolchain(architectureOf(machine.facts), toolchain, signal);
    return [
      { path: releasePaths.servers, source: release.bundleDirectory },
      { path: releasePaths.certificate, source: release.certificate },
      { path: releasePaths.key, source: release.key },
    ];
  });
}

/** All that a part of the fleet needs. @throws BenchError @throws Interrupted */
export async function deployFleet(machine: RemoteMachine, signal: AbortSignal): Promise<DeployedRelease> {
  return deploy(machine, signal, async (staging) => {
    await bundleProgram(join(root, 'clients', 'main.ts'), join(staging, releasePaths.fleet));
    return [];
  });
}

/** Makes it the current release there. @param make fills a folder with files of the release, and tells what else is. */
async function deploy(
  { connection, facts, layout }: RemoteMachine,
  signal: AbortSignal,
  make: (staging: string) => Promise<Part[]>,
): Promise<DeployedRelease> {
  const staging = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
  try {
    const node = { path: releasePaths.node, source: await nodeFor(architectureOf(facts), signal), isExecutable: true };
    // In each of them: it also puts back what an earlier one has raised.
    await bundleProgram(join(root, 'bench', 'tune', 'hold.ts'), join(staging, releasePaths.tune));
    const parts = await make(staging);
    const manifest = await manifestOf([{ path: '.', source: staging }, node, ...parts]);
    const shipped = await shipManifest(connection, layout.root, manifest, signal);
    return { ...shipped, id: manifest.id, folder: `${layout.releases}/${manifest.id}` };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
