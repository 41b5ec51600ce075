import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { build, stop } from 'esbuild';
import { BenchError } from '../bench/errors.ts';
import { readLock, withDependencies } from './lock-file.ts';
import { type Architecture, packageFolder, projectRoot } from './locked-packages.ts';
import { runProgram } from './program.ts';

/** Path in the unpacked toolchain of the program that builds servers: the bundled bench/build/build-there.ts. */
export const buildProgram = 'bench/build/build-there.mjs';

/** Packages that servers import, and their types. */
const importedPackages = ['@types/node', '@types/ws', 'piscina', 'ws', 'zod'];
/** Folders of servers/ that are in no bundle. */
const unbundledFolders = ['agent', 'conformance', 'testing'];

/** Options of tar that leave out owner, time and umask, so that the same files give the same bytes. */
const reproducibleTar = [
  '--format=gnu',
  '--sort=name',
  '--mtime=@0',
  '--owner=0',
  '--group=0',
  '--numeric-owner',
  '--mode=u=rwX,go=rX',
];

/**
 * Bundles one of the suite's programs into one file for the pinned Node on another machine. The bytes do not depend on
 * the project's folder.
 */
export async function bundleProgram(entryPoint: string, outfile: string): Promise<void> {
  const target = `node${process.versions.node.split('.')[0]}`;
  const options = { bundle: true, platform: 'node', format: 'esm', target, absWorkingDir: projectRoot } as const;
  await build({ entryPoints: [entryPoint], outfile, ...options });
  // esbuild's process would otherwise run beside the measurements, waiting for more work.
  await stop();
}

/**
 * Writes a tar file with everything except Node that a Linux machine of this architecture needs to type-check and bundle
 * the servers: sources, packages, both native compilers and the build program. The same inputs give the same bytes.
 *
 * @throws BenchError PACKAGES when a package cannot be fetched; PROCESS_FAILED when GNU tar fails. @throws Interrupted
 */
export async function packToolchain(architecture: Architecture, file: string, signal: AbortSignal): Promise<void> {
  const staging = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-toolchain-'));
  const unfinished = `${file}.${process.pid}.tmp`;
  try {
    for (const name of ['package.json', 'tsconfig.json']) await cp(join(projectRoot, name), join(staging, name));
    await cp(join(projectRoot, 'servers'), join(staging, 'servers'), { recursive: true, filter: isBuilt });
    await bundleProgram(join(projectRoot, 'bench', 'build', 'build-there.ts'), join(staging, buildProgram));
    const compilers = [`@typescript/typescript-linux-${architecture}`, `@esbuild/linux-${architecture}`];
    const lock = await readLock(projectRoot);
    for (const place of withDependencies(lock, [...importedPackages, ...compilers])) {
      await cp(await packageFolder(place, signal), join(staging, 'node_modules', place), { recursive: true });
    }
    const { status, reason } = await runProgram(
      ['tar', ...reproducibleTar, '-C', staging, '-cf', unfinished, '.'],
      signal,
    );
    if (status !== 0) {
      throw new BenchError(
        'PROCESS_FAILED',
        `the compilers cannot be packed: install GNU tar on this machine\n${reason}`,
      );
    }
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
    await rm(staging, { recursive: true, force: true });
  }
}

function isBuilt(path: string): boolean {
  const name = basename(path);
  return !unbundledFolders.includes(name) && !name.endsWith('.test.ts') && ['', '.ts', '.json'].includes(extname(name));
}
