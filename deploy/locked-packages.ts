import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { BenchError } from '../bench/errors.ts';
import { type LockedPackage, lockedPackage, readLock } from './lock-file.ts';
import { runProgram } from './program.ts';

/** Node's names of architectures (process.arch). */
export type Architecture = 'arm64' | 'x64';

export const projectRoot = join(import.meta.dirname, '..');
const manifestSchema = z.object({ version: z.string() });

/**
 * Path of the official Node program for Linux on this architecture, in the version that the project pins.
 *
 * @throws BenchError PACKAGES as `packageFolder`. @throws Interrupted
 */
export async function nodeFor(architecture: Architecture, signal: AbortSignal, root = projectRoot): Promise<string> {
  return join(await packageFolder(`node-linux-${architecture}`, signal, root), 'bin', 'node');
}

/**
 * Path of a folder with the content of a locked package. A package for another platform, which npm does not install
 * here, is fetched once by npm, so that the user's registry, proxy and credentials apply.
 *
 * @param location path below node_modules: "ws", "@esbuild/linux-arm64", "tsyringe/node_modules/tslib".
 * @throws BenchError PACKAGES when the package is not locked, cannot be fetched or is not the locked one; PROCESS_FAILED
 * when npm or tar is not installed.
 * @throws Interrupted
 */
export async function packageFolder(location: string, signal: AbortSignal, root = projectRoot): Promise<string> {
  const locked = lockedPackage(await readLock(root), location);
  const installed = join(root, 'node_modules', location);
  if ((await versionIn(installed)) === locked.version) return installed;
  const folder = join(root, '.build', 'packages', cacheName(locked));
  if (!existsSync(folder)) await fetchPackage(locked, folder, signal);
  return folder;
}

async function versionIn(folder: string): Promise<string | undefined> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))).version;
  } catch {
    // The package is not installed, or not completely.
    return undefined;
  }
}

/** Name of the package's folder. It contains the start of the hash, because another hash is another package. */
function cacheName({ name, version, integrity }: LockedPackage): string {
  const sha512 = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex');
  return `${name.replace('/', '+')}-${version}-${sha512.slice(0, 16)}`;
}

/** Unpacks into a temporary folder and renames it, so that the folder exists with the whole package or not at all. */
async function fetchPackage(locked: LockedPackage, folder: string, signal: AbortSignal): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const staging = await mkdtemp(`${folder}.`);
  try {
    const archive = await fetchArchive(locked, staging, signal);
    await checkIntegrity(locked, archive);
    const unpacked = join(staging, 'unpacked');
    await mkdir(unpacked);
    // The archive has one top folder with an arbitrary name. Without --no-same-owner, tar run by root would keep the
    // owner of the packed files.
    const tar = ['tar', '-xzf', archive, '-C', unpacked, '--strip-components=1', '--no-same-owner'] as const;
    const { status, reason } = await runProgram(tar, signal);
    if (status !== 0)
      throw new BenchError('PACKAGES', `${locked.name} cannot be unpacked: fix what tar reports\n${reason}`);
    await rename(unpacked, folder).catch((error: unknown) => {
      // Another process has put the same package there.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function fetchArchive({ name, version }: LockedPackage, folder: string, signal: AbortSignal): Promise<string> {
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  const npm = script !== undefined && node !== undefined ? ([node, script] as const) : (['npm'] as const);
  // A cached copy is as good as one from the registry, because the hash is checked.
  const options = ['--ignore-scripts', '--loglevel=error', '--prefer-offline', `--pack-destination=${folder}`];
  const { status, reason } = await runProgram([...npm, 'pack', ...options, '--', `${name}@${version}`], signal);
  // The folder tells the file's name. What npm prints about a scoped package differs between npm versions.
  const [archive] = status === 0 ? await readdir(folder) : [];
  if (archive !== undefined) return join(folder, archive);
  throw new BenchError(
    'PACKAGES',
    `npm cannot fetch ${name} ${version}: run this once while online, or fix what npm reports; later runs need no network\n${reason}`,
  );
}

async function checkIntegrity({ name, version, integrity }: LockedPackage, archive: string): Promise<void> {
  if (`sha512-${hash('sha512', await readFile(archive), 'base64')}` === integrity) return;
  throw new BenchError(
    'PACKAGES',
    `npm fetched another ${name} ${version} than package-lock.json locks: find out what the registry or a proxy changed`,
  );
}
