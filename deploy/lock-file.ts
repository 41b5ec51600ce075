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
/** One sha512 of the archive, as npm writes it (Subresource Integrity). */
const integrityPattern = /^sha512-[a-z0-9+/]{86}==$/i;

/** What package-lock.json says, by the place of each package in the project: "node_modules/ws". */
export type Lock = z.infer<typeof lockSchema>['packages'];

export interface LockedPackage {
  name: string;
  version: string;
  integrity: string;
}

/** @throws BenchError */
export async function readLock(root: string): Promise<Lock> {
  try {
    return lockSchema.parse(JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'))).packages;
  } catch (error) {
    throw new BenchError(
      'PACKAGES',
      `package-lock.json in ${root} cannot be read (${messageOf(error)}): take it from git again`,
    );
  }
}

/** @param place below node_modules: "ws", "@types/ws", "tsyringe/node_modules/tslib". @throws BenchError */
export function lockedPackage(lock: Lock, place: string): LockedPackage {
  const { version, integrity } = lock[`node_modules/${place}`] ?? {};
  if (version === undefined || integrity === undefined || !integrityPattern.test(integrity)) {
    throw new BenchError('PACKAGES', `package-lock.json has no version with a sha512 of ${place}: run "npm install"`);
  }
  return { name: place.replace(/^.*\/node_modules\//, ''), version, integrity };
}

/** The places given and those of all that these depend on, without what is optional, each once. @throws BenchError */
export function withDependencies(lock: Lock, places: readonly string[]): string[] {
  const found = new Set(places);
  // A set goes on to what is added on the way.
  for (const place of found) {
    for (const name of Object.keys(lock[`node_modules/${place}`]?.dependencies ?? {})) {
      found.add(placeSeenFrom(lock, place, name));
    }
  }
  return [...found];
}

/** As Node looks for it: beside what needs it, then in each folder above. */
function placeSeenFrom(lock: Lock, place: string, name: string): string {
  const nested = `${place}/node_modules/${name}`;
  if (lock[`node_modules/${nested}`] !== undefined) return nested;
  const above = place.lastIndexOf('/node_modules/');
  return above === -1 ? name : placeSeenFrom(lock, place.slice(0, above), name);
}
