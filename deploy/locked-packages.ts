import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { BenchError } from '../bench/errors.ts';
import { type LockedPackage, lockedPackage, readLock } from './lock-file.ts';
import { runProgram } from './program.ts';

/** As Node names them (process.arch). */
export type Architecture = 'arm64' | 'x64';

export const projectRoot = join(import.meta.dirname, '..');
const manifestSchema = z.object({ version: z.string() });

/**
 * Path of the official Node for Linux on that architecture, at the version that the project pins.
 *
 * @throws BenchError @throws Interrupted
 */
export async function nodeFor(architecture: Architecture, signal: AbortSignal, root = projectRoot): Promise<string> {
  return join(await packageFolder(`node-linux-${architecture}`, signal, root), 'bin', 'node');
}

/**
 * A folder with what is in a package that package-lock.json locks, also one for another machine, which npm does not
 * install here. That is fetched once, by npm, so that the user's registry, proxy and credentials apply.
 *
 * @param place below node_modules: "ws", "@esbuild/linux-arm64", "tsyringe/node_modules/tslib"
 * @throws BenchError @throws Interrupted
 */
export async function packageFolder(place: string, signal: AbortSignal, root = projectRoot): Promise<string> {
  const locked = lockedPackage(await readLock(root), place);
  const installed = join(root, 'node_modules', place);
  if ((await versionIn(installed)) === locked.version) return installed;
  const folder = join(root, '.build', 'packages', cacheName(locked));
  if (!existsSync(folder)) await fetchPackage(locked, folder, signal);
  return folder;
}

async function versionIn(folder: string): Promise<string | undefined> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))).version;
  } catch {
    // Not installed, or not whole.
    return undefined;
  }
}

/** With the start of its hash: what another lock file vouched for is another package. */
function cacheName({ name, version, integrity }: LockedPackage): string {
  const sha512 = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex');
  return `${name.replace('/', '+')}-${version}-${sha512.slice(0, 16)}`;
}

/** Made beside and renamed, so that whatever happens there is a whole package or none. */
async function fetchPackage(locked: LockedPackage, folder: string, signal: AbortSignal): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const staging = await mkdtemp(`${folder}.`);
  try {
    const archive = await fetchArchive(locked, staging, signal);
    await checkIntegrity(locked, archive);
    const unpacked = join(staging, 'unpacked');
    await mkdir(unpacked);
    // The one folder at the top has any name. As root, tar would also give the files to whoever packed them.
    const tar = ['tar', '-xzf', archive, '-C', unpacked, '--strip-components=1', '--no-same-owner'] as const;
    const { status, reason } = await runProgram(tar, signal);
    if (status !== 0)
      throw new BenchError('PACKAGES', `${locked.name} cannot be unpacked, mend what tar says: ${reason}`);
    await rename(unpacked, folder).catch((error: unknown) => {
      // Somebody else was faster, with the same.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function fetchArchive({ name, version }: LockedPackage, folder: string, signal: AbortSignal): Promise<string> {
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  const npm = script !== undefined && node !== undefined ? ([node, script] as const) : (['npm'] as const);
  // What npm has kept is as good as what the registry has: its hash is known.
  const options = ['--ignore-scripts', '--loglevel=error', '--prefer-offline', `--pack-destination=${folder}`];
  const { status, reason } = await runProgram([...npm, 'pack', ...options, '--', `${name}@${version}`], signal);
  // Not by what it prints: how it names the file of a scoped package differs between versions of npm.
  const [archive] = status === 0 ? await readdir(folder) : [];
  if (archive !== undefined) return join(folder, archive);
  throw new BenchError(
    'PACKAGES',
    `npm cannot fetch ${name} ${version}: run this once while online, or mend what npm says; later runs need no network\n${reason}`,
  );
}

async function checkIntegrity({ name, version, integrity }: LockedPackage, archive: string): Promise<void> {
  if (`sha512-${hash('sha512', await readFile(archive), 'base64')}` === integrity) return;
  throw new BenchError(
    'PACKAGES',
    `what npm fetched as ${name} ${version} is not what package-lock.json locks: find out what the registry or a proxy changed`,
  );
}
