import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BenchError, messageOf } from '../bench/errors.ts';

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      integrity: z.string().optional(),
      dependencies: z.record(z.string(), z.string()).optional(),
    }),
  ),
});
/** One sha512 hash of the archive, in npm's form (Subresource Integrity). */
const integrityPattern = /^sha512-[a-z0-9+/]{86}==$/i;

/** The packages of package-lock.json by their paths in the project: "node_modules/ws". */
export type Lock = z.infer<typeof lockSchema>['packages'];

export interface LockedPackage {
  name: string;
  version: string;
  integrity: string;
}

/** Reads package-lock.json in the folder `root`. @throws BenchError PACKAGES when it is missing or invalid. */
export async function readLock(root: string): Promise<Lock> {
  try {
    return lockSchema.parse(JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'))).packages;
  } catch (error) {
    throw new BenchError(
      'PACKAGES',
      `package-lock.json in ${root} cannot be read (${messageOf(error)}): restore it from git`,
    );
  }
}

/**
 * The locked version of a package.
 *
 * @param location path below node_modules: "ws", "@types/ws", "tsyringe/node_modules/tslib".
 * @throws BenchError PACKAGES when the lock file has no version, or no sha512 hash, of it.
 */
export function lockedPackage(lock: Lock, location: string): LockedPackage {
  const { version, integrity } = lock[`node_modules/${location}`] ?? {};
  if (version === undefined || integrity === undefined || !integrityPattern.test(integrity)) {
    throw new BenchError(
      'PACKAGES',
      `package-lock.json has no version with a sha512 of ${location}: run "npm install"`,
    );
  }
  return { name: location.replace(/^.*\/node_modules\//, ''), version, integrity };
}

/** The given locations and, each once, those of all their dependencies except optional ones. Pure. */
export function withDependencies(lock: Lock, locations: readonly string[]): string[] {
  const found = new Set(locations);
  // The iteration of a set includes items that are added during it.
  for (const location of found) {
    for (const name of Object.keys(lock[`node_modules/${location}`]?.dependencies ?? {})) {
      found.add(locationSeenFrom(lock, location, name));
    }
  }
  return [...found];
}

/** Searches like Node: first beside the package that needs it, then in each folder above. */
function locationSeenFrom(lock: Lock, location: string, name: string): string {
  const nested = `${location}/node_modules/${name}`;
  if (lock[`node_modules/${nested}`] !== undefined) return nested;
  const above = location.lastIndexOf('/node_modules/');
  return above === -1 ? name : locationSeenFrom(lock, location.slice(0, above), name);
}
