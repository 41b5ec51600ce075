import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Release } from '../bench/host/host.ts';
import { architectureOf } from './checks.ts';
import { releasePaths } from './layout.ts';
import { nodeFor } from './locked-packages.ts';
import { manifestOf, type ReleasePart } from './manifest.ts';
import type { RemoteMachine } from './remote-machine.ts';
import { type Shipped, shipManifest } from './store.ts';
import { bundleProgram, packToolchain } from './toolchain.ts';

const root = join(import.meta.dirname, '..');

export interface DeployedRelease extends Shipped {
  id: string;
  /** The release's folder on the machine. */
  folder: string;
}

/**
 * Deploys everything that servers need: Node in the locked version for that machine, the agent, the tuning program, the
 * servers, certificate and key. With `compileThere` it also deploys the toolchain that builds the servers.
 *
 * @throws BenchError PACKAGES when a package cannot be fetched; PROCESS_FAILED when the release does not arrive complete.
 * @throws Interrupted
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

/** Deploys everything that fleet processes need. Errors as in `deployServers`. */
export async function deployFleet(machine: RemoteMachine, signal: AbortSignal): Promise<DeployedRelease> {
  return deploy(machine, signal, async (staging) => {
    await bundleProgram(join(root, 'clients', 'main.ts'), join(staging, releasePaths.fleet));
    return [];
  });
}

/**
 * Deploys a release and makes it the current one.
 *
 * @param prepare writes files of the release to the folder `staging`, and returns the parts that lie elsewhere.
 */
async function deploy(
  { connection, facts, layout }: RemoteMachine,
  signal: AbortSignal,
  prepare: (staging: string) => Promise<ReleasePart[]>,
): Promise<DeployedRelease> {
  const staging = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
  try {
    const node = { path: releasePaths.node, source: await nodeFor(architectureOf(facts), signal), isExecutable: true };
    // Every release has the tuning program, because it also puts back what an earlier run has raised.
    await bundleProgram(join(root, 'bench', 'tune', 'hold.ts'), join(staging, releasePaths.tune));
    const parts = await prepare(staging);
    const manifest = await manifestOf([{ path: '.', source: staging }, node, ...parts]);
    const shipped = await shipManifest(connection, layout.root, manifest, signal);
    return { ...shipped, id: manifest.id, folder: `${layout.releases}/${manifest.id}` };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
