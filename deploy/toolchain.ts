import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { BenchError } from '../bench/errors.ts';
import { bundleProgram } from './bundle.ts';
import { readLock, withDependencies } from './lock-file.ts';
import { type Architecture, packageFolder, projectRoot } from './locked-packages.ts';
import { runProgram } from './program.ts';

/** In the unpacked folder: how `node` builds servers there, told by bench/build/build-there.ts. */
export const buildProgram = 'bench/build/build-there.mjs';

/** What servers import, and the types that they are checked by. */
const imported = ['@types/node', '@types/ws', 'piscina', 'ws', 'zod'];
/** Of servers/, what is in no bundle. */
const notBuilt = ['agent', 'conformance', 'testing'];

/** The same inputs must give the same bytes: whose files they are, since when and under which umask is left out. */
const sameBytes = [
  '--format=gnu',
  '--sort=name',
  '--mtime=@0',
  '--owner=0',
  '--group=0',
  '--numeric-owner',
  '--mode=u=rwX,go=rX',
];

/**
 * Writes a tar file with all that a Linux machine of this architecture needs to type-check and bundle the servers, but
 * for Node itself: sources, packages, both native compilers, and the program that does it. Where nothing has changed,
 * it is the same file again, byte for byte.
 *
 * @throws BenchError @throws Interrupted
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
    for (const place of withDependencies(lock, [...imported, ...compilers])) {
      await cp(await packageFolder(place, signal), join(staging, 'node_modules', place), { recursive: true });
    }
    const { status, reason } = await runProgram(['tar', ...sameBytes, '-C', staging, '-cf', unfinished, '.'], signal);
    if (status !== 0) {
      throw new BenchError('PROCESS_FAILED', `the compilers cannot be packed, GNU tar is needed here: ${reason}`);
    }
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
    await rm(staging, { recursive: true, force: true });
  }
}

function isBuilt(path: string): boolean {
  const name = basename(path);
  return !notBuilt.includes(name) && !name.endsWith('.test.ts') && ['', '.ts', '.json'].includes(extname(name));
}
