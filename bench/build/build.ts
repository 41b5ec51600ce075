import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { startedFileName } from '../../servers/contract/manifest.ts';
import { BenchError, Interrupted } from '../errors.ts';
import type { Server } from '../plan/servers.ts';

const root = join(import.meta.dirname, '..', '..');

/** How long one build from clean took. */
export interface BuildTimes {
  typeCheckMilliseconds: number;
  bundleMilliseconds: number;
}

/** Sizes of a server's bundle, summed over its files. */
export interface BundleSizes {
  bytes: number;
  gzipBytes: number;
  brotliBytes: number;
}

/** Optional native packages that dependencies load if present; none is installed, and each has a fallback. */
const external = ['bufferutil', 'utf-8-validate', '@napi-rs/nice'];

/**
 * Type-checks and bundles one server from clean, by two native programs in sequence without Node around them. Leaves
 * `directory`/server.js (and worker.js): one minified file per program, in CommonJS because a single executable accepts
 * nothing else.
 *
 * @throws BenchError BUILD_FAILED
 * @throws Interrupted
 */
export async function build({ bundle }: Server, directory: string, signal: AbortSignal): Promise<BuildTimes> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const entries = Object.entries(bundle);
  const project = join(directory, 'tsconfig.json');
  const files = entries.map(([, entry]) => join(root, entry));
  await writeFile(project, JSON.stringify({ extends: join(root, 'tsconfig.json'), files, include: [] }));
  // Marks the files of the bundle as CommonJS, because the package around them is "module".
  await writeFile(join(directory, 'package.json'), '{"type":"commonjs"}\n');

  const start = performance.now();
  await run(nativeTool('@typescript/typescript', 'lib/tsc'), ['--project', project], signal);
  const checked = performance.now();
  await run(nativeTool('@esbuild/', 'bin/esbuild'), bundleOptions(entries, directory), signal);
  return { typeCheckMilliseconds: checked - start, bundleMilliseconds: performance.now() - checked };
}

function bundleOptions(entries: [file: string, entry: string][], directory: string): string[] {
  return [
    ...entries.map(([file, entry]) => `${parse(file).name}=${entry}`),
    `--outdir=${directory}`,
    ...['--bundle', '--minify', '--platform=node', '--format=cjs', '--log-level=warning'],
    `--target=node${process.versions.node.split('.')[0]}`,
    // CommonJS has no import.meta; these are its equivalents.
    ...['--define:import.meta.filename=__filename', '--define:import.meta.dirname=__dirname'],
    ...external.map((name) => `--external:${name}`),
  ];
}

/** Sizes on the disk, and compressed as for a download (gzip 9, brotli 11). */
export async function measureBundle({ bundle }: Server, directory: string): Promise<BundleSizes> {
  const sizes: BundleSizes = { bytes: 0, gzipBytes: 0, brotliBytes: 0 };
  for (const file of Object.keys(bundle)) {
    const content = await readFile(join(directory, file));
    sizes.bytes += content.length;
    sizes.gzipBytes += (await promisify(gzip)(content, { level: 9 })).length;
    sizes.brotliBytes += (await promisify(brotliCompress)(content)).length;
  }
  return sizes;
}

/**
 * Makes the single executable (Node with the server inside) and returns the bytes of all files that must be shipped.
 * The thread-per-connection server also needs the worker's file, which a thread can only load from the disk. The
 * executable is started once to check that it runs, and then removed because it is as big as Node.
 *
 * @throws BenchError BUILD_FAILED
 * @throws Interrupted
 */
export async function measureExecutable(
  { name, bundle }: Server,
  directory: string,
  signal: AbortSignal,
): Promise<number> {
  const output = join(directory, 'executable');
  try {
    await mkdir(output, { recursive: true });
    const executable = join(output, `${name}-server`);
    const configuration = join(output, 'sea.json');
    await writeFile(
      configuration,
      JSON.stringify({
        main: join(directory, startedFileName),
        output: executable,
        disableExperimentalSEAWarning: true,
      }),
    );
    await run(process.execPath, ['--build-sea', configuration], signal);
    let bytes = (await stat(executable)).size;
    await cp(join(directory, 'package.json'), join(output, 'package.json'));
    for (const file of Object.keys(bundle)) {
      if (file === startedFileName) continue;
      await cp(join(directory, file), join(output, file));
      bytes += (await stat(join(directory, file))).size;
    }
    // A server without a certificate exits with 2, which proves that it starts and reads its arguments.
    await run(executable, [], signal, 2);
    return bytes;
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

/**
 * Path of the native program that npm installs for this platform. The scripts of the same name only start it, and npm
 * 10 and older replace one of them by a copy of the program when install scripts run.
 */
function nativeTool(packageName: string, file: string): string {
  const platform = `${process.platform}-${process.arch}`;
  const folder = packageName.endsWith('/') ? `${packageName}${platform}` : `${packageName}-${platform}`;
  return join(root, 'node_modules', folder, file);
}

async function run(command: string, words: string[], signal: AbortSignal, expectedStatus = 0): Promise<void> {
  const child = spawn(command, words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], signal, killSignal: 'SIGKILL' });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  try {
    const [status] = await once(child, 'close');
    if (status === expectedStatus) return;
  } catch (error) {
    output += String(error);
  }
  // Ctrl-C may end the child before this process handles it.
  if (signal.aborted) throw new Interrupted();
  throw new BenchError(
    'BUILD_FAILED',
    `${[command, ...words].join(' ')} failed: fix what it reports and try again:\n${output.trim()}`,
  );
}
