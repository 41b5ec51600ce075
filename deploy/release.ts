import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BenchError } from '../bench/errors.ts';
import type { Release } from '../bench/host/host.ts';
import { bundleProgram } from './bundle.ts';
import { runProgram, startProgram } from './program.ts';
import type { RemoteFolder } from './remote-folder.ts';

const agentEntry = join(import.meta.dirname, '..', 'servers', 'agent', 'main.ts');

/** Where the parts of a release are on the target. */
export interface ShippedRelease {
  node: string;
  agent: string;
  bundleDirectory: string;
  certificate: string;
  key: string;
}

/**
 * Brings all that servers need into the folder: the very Node that runs this, so that nothing has to be installed there
 * and both machines run the same; the agent in one file; the bundles; certificate and key.
 *
 * @throws BenchError @throws Interrupted
 */
export async function shipRelease(release: Release, folder: RemoteFolder): Promise<ShippedRelease> {
  const files = {
    node: process.execPath,
    bundles: release.bundleDirectory,
    'server.pem': release.certificate,
    'server-key.pem': release.key,
  };
  const staging = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
  try {
    for (const [name, path] of Object.entries(files)) await symlink(path, join(staging, name));
    await bundleProgram(agentEntry, join(staging, 'agent.mjs'));
    await copy(staging, folder, release.signal);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  const { path } = folder;
  const shipped = {
    node: `${path}/node`,
    agent: `${path}/agent.mjs`,
    bundleDirectory: `${path}/bundles`,
    certificate: `${path}/server.pem`,
    key: `${path}/server-key.pem`,
  };
  await checkNode(shipped.node, folder, release.signal);
  return shipped;
}

/** What the staging folder links to arrives as files, which nobody else there can read. */
async function copy(staging: string, { connection, path }: RemoteFolder, signal: AbortSignal): Promise<void> {
  const tar = startProgram(['tar', '-C', staging, '-chf', '-', '.'], { signal });
  const untar = startProgram(connection.command(`umask 077; exec tar -C '${path}' -xof -`), { signal });
  tar.child.stdin.end();
  const [sent, received] = await Promise.all([
    tar.finished,
    untar.finished,
    // Where one of both ends early, its status tells.
    pipeline(tar.child.stdout, untar.child.stdin).catch(() => {}),
  ]);
  const { destination } = connection.target;
  // The receiver first: without one the sender only has a broken pipe to tell of.
  for (const { status, reason } of [received, sent]) {
    if (status !== 0)
      throw new BenchError('PROCESS_FAILED', `the servers cannot be copied to ${destination}: ${reason}`);
  }
}

async function checkNode(node: string, { connection }: RemoteFolder, signal: AbortSignal): Promise<void> {
  const { status, stdout, reason } = await runProgram(connection.command(`exec '${node}' --version`), signal);
  if (status === 0 && stdout.trim().endsWith(process.version)) return;
  const { destination } = connection.target;
  if (reason.includes('libatomic.so.1')) {
    throw new BenchError(
      'PLATFORM',
      `Node needs a library that ${destination} lacks: run "sudo apt-get install libatomic1" there`,
    );
  }
  throw new BenchError('PLATFORM', `Node ${process.version} does not start on ${destination}: ${reason}`);
}
