import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** One file of a release. */
export interface ReleaseFile {
  /** In the release, with strokes. */
  path: string;
  /** On this machine. */
  source: string;
  isExecutable: boolean;
  bytes: number;
  /** SHA-256 of its content, in hexadecimal digits: the name that it is kept under on the other machine. */
  hash: string;
}

export interface Manifest {
  /** Of everything in it: equal releases have equal names. */
  id: string;
  files: ReleaseFile[];
}

/** A file of this machine for a release, or a folder with all that is in it. */
export interface Part {
  path: string;
  source: string;
  isExecutable?: boolean;
}

/** Reads every part once. @throws when one is not there. */
export async function manifestOf(parts: readonly Part[]): Promise<Manifest> {
  const files = (await Promise.all(parts.map(filesOf)))
    .flat()
    .toSorted((one, other) => (one.path < other.path ? -1 : 1));
  const id = createHash('sha256');
  for (const { hash, isExecutable, path } of files) id.update(`${hash} ${isExecutable} ${path}\n`);
  return { id: id.digest('hex').slice(0, 16), files };
}

async function filesOf({ path, source, isExecutable = false }: Part): Promise<ReleaseFile[]> {
  const stats = await stat(source);
  if (stats.isDirectory()) {
    const names = await readdir(source);
    return (
      await Promise.all(names.map((name) => filesOf({ path: posix.join(path, name), source: join(source, name) })))
    ).flat();
  }
  const hash = createHash('sha256');
  await pipeline(createReadStream(source), hash);
  return [{ path, source, isExecutable, bytes: stats.size, hash: hash.digest('hex') }];
}
