import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { BenchError, Interrupted } from '../errors.ts';
import type { Server } from '../plan/servers.ts';

const root = join(import.meta.dirname, '..', '..');

/** How long one build from clean took. */
export interface BuildTimes {
  typeCheckMilliseconds: number;
  bundleMilliseconds: number;
}

/** Sizes of what a server is made of, summed over its files. */
export interface BundleSizes {
  bytes: number;
  gzipBytes: number;
  brotliBytes: number;
}

/** The servers' parts that npm packages may bring natively; neither is installed, and both have a fallback. */
const external = ['bufferutil', 'utf-8-validate', '@napi-rs/nice'];

/**
 * Type-checks and bundles one server from clean: two native programs after each other, without Node around them.
 * Leaves `directory`/server.js (and worker.js): one minified file a program, CommonJS because a single executable
 * takes nothing else.
 */
export async function build({ bundle }: Server, directory: string, signal: AbortSignal): Promise<BuildTimes> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const entries = Object.entries(bundle);
  const project = join(directory, 'tsconfig.json');
  const files = entries.map(([, entry]) => join(root, entry));
  await writeFile(project, JSON.stringify({ extends: join(root, 'tsconfig.json'), files, include: [] }));
  // The files of a bundle are CommonJS whatever the package around them says.
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
    // CommonJS has no import.meta; these are the same things there.
    ...['--define:import.meta.filename=__filename', '--define:import.meta.dirname=__dirname'],
    ...external.map((name) => `--external:${name}`),
  ];
}

/** Sizes as they lie on the disk, and compressed as for a download (gzip 9, brotli 11). */
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
 * Makes the single executable (Node with the server inside) and returns the bytes of all that must be shipped: with
 * it, for the thread-per-connection server, the worker's file, which a thread can only load from the disk. The
 * executable is started once, to see that it runs, and then removed: it is as big as Node.
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
      JSON.stringify({ main: join(directory, 'server.js'), output: executable, disableExperimentalSEAWarning: true }),
    );
    await run(process.execPath, ['--build-sea', configuration], signal);
    let bytes = (await stat(executable)).size;
    await cp(join(directory, 'package.json'), join(output, 'package.json'));
    for (const file of Object.keys(bundle)) {
      if (file === 'server.js') continue;
      await cp(join(directory, file), join(output, file));
      bytes += (await stat(join(directory, file))).size;
    }
    // Without a certificate a server says so and ends with 2: it has started, and read its arguments.
    await run(executable, [], signal, 2);
    return bytes;
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

/**
 * The program itself, as npm installs it for this platform. The scripts of the same name only start it, and npm 10
 * and older replace one of them by a copy of the program when install scripts run.
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
  // Ctrl-C may reach the child before it reaches us.
  if (signal.aborted) throw new Interrupted();
  throw new BenchError('BUILD_FAILED', `${[command, ...words].join(' ')} failed, mend what it says:\n${output.trim()}`);
}
