import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Interrupted, messageOf } from '../errors.ts';
import { type Server, serverNamed } from '../plan/servers.ts';
import { build, measureBundle } from './build.ts';
import type { BuiltLine } from './built-line.ts';

/**
 * Builds servers on the machine that they run on: `build-there.mjs <server>...`, each once and from clean. Its place
 * relative to the sources is the same there as here (deploy/toolchain.ts). It prints the lines of built-line.ts, and
 * stops when its stdin ends.
 */
const root = join(import.meta.dirname, '..', '..');

async function main(names: string[], signal: AbortSignal): Promise<void> {
  for (const server of names.map(serverNamed)) {
    const directory = join(root, '.build', server.name);
    const times = await build(server, directory, signal);
    const sizes = await measureBundle(server, directory);
    print({ type: 'built', server: server.name, ...times, ...sizes, sha256: await hashes(server, directory) });
  }
}

async function hashes({ bundle }: Server, directory: string): Promise<Record<string, string>> {
  const files = Object.keys(bundle);
  const contents = await Promise.all(files.map((file) => readFile(join(directory, file))));
  return Object.fromEntries(contents.map((content, index) => [files[index], hash('sha256', content)]));
}

function print(line: BuiltLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const abort = new AbortController();
// The end of stdin means that the starting process is gone; compilers must not outlive it.
process.stdin.resume().once('end', () => abort.abort());
process.stdout.on('error', () => abort.abort());
try {
  await main(process.argv.slice(2), abort.signal);
  process.exit(0);
} catch (error) {
  const message = error instanceof Interrupted ? 'its stdin ended before all was built' : messageOf(error);
  print({ type: 'failed', message });
  process.exit(1);
}
