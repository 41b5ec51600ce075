import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';

export interface ReleaseFile {
  /** Path in the release, with slashes. */
  path: string;
  /** Path on this machine. */
  source: string;
  isExecutable: boolean;
  bytes: number;
  /** SHA-256 of the content in hexadecimal digits: the file's name in the object store of the other machine. */
  hash: string;
}

export interface Manifest {
  /** Name made from the paths, modes and contents of all files: equal releases have equal names. */
  id: string;
  files: ReleaseFile[];
}

/** A file, or a folder with all its files, that becomes part of a release. */
export interface ReleasePart {
  /** Path in the release. */
  path: string;
  /** Path on this machine. */
  source: string;
  isExecutable?: boolean;
}

/** Lists and hashes the files of these parts. @throws Error ENOENT when one does not exist. */
export async function manifestOf(parts: readonly ReleasePart[]): Promise<Manifest> {
  const files = (await Promise.all(parts.map(filesOf)))
    .flat()
    .toSorted((one, other) => (one.path < other.path ? -1 : 1));
  const id = createHash('sha256');
  for (const { hash, isExecutable, path } of files) id.update(`${hash} ${isExecutable} ${path}\n`);
  return { id: id.digest('hex').slice(0, 16), files };
}

async function filesOf({ path, source, isExecutable = false }: ReleasePart): Promise<ReleaseFile[]> {
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
