import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { z } from 'zod';
import { parseJson } from '../../servers/contract/json.ts';
import { type Manifest, manifestFileName, manifestSchema } from '../../servers/contract/manifest.ts';
import { serverNamePattern } from '../../servers/contract/server-name.ts';
import { BenchError, messageOf } from '../errors.ts';
import { type ContenderKey, contenderOf, contendersOf, keyOf, mostContenders } from './contenders.ts';

const root = join(import.meta.dirname, '..', '..');
const models = 'servers/models';

/** A server that is built and started: its manifest, with the name of its folder. */
export interface Server extends Omit<Manifest, 'bundle'> {
  name: string;
  /** The entry point of each file of the bundle, by the name of the file. Entry points are relative to the repository. */
  bundle: Record<string, string>;
}

/** The server that reads and discards. It shows the most that a fleet can send. */
export const nullServer = 'null';

let found: readonly Server[] | undefined;

/** Every server of this tree. The tree is read once. @throws BenchError BAD_MANIFEST */
export function allServers(): readonly Server[] {
  found ??= readServers(root);
  return found;
}

/** The servers that can be compared. */
export function contenderServers(): Server[] {
  return allServers().filter(({ isContender }) => isContender);
}

/** The contenders of a run whose user names none. */
export function defaultContenders(): ContenderKey[] {
  const servers = allServers().filter(({ defaultPlace }) => defaultPlace !== undefined);
  return contendersOf(servers.map(({ name }) => name)).map(keyOf);
}

/** @throws BenchError BAD_OPTION when this tree has no server of that name */
export function serverNamed(name: string): Server {
  const server = allServers().find((one) => one.name === name);
  if (server !== undefined) return server;
  const known = allServers().map((one) => one.name);
  throw new BenchError('BAD_OPTION', `there is no server "${name}" here: name one of ${known.join(', ')}`);
}

/** The server of a contender. */
export function serverOf(contender: ContenderKey): Server {
  return serverNamed(contenderOf(contender).server);
}

/** The description of each server, by its name, for the record: reports need it even when the tree has changed. */
export function describeServers(contenders: readonly ContenderKey[]): Record<string, string> {
  return Object.fromEntries(contenders.map(serverOf).map(({ name, description }) => [name, description]));
}

/**
 * The servers of a tree: each folder of servers/models/ with a manifest. The servers of the default comparison come first, in
 * the order of their columns in the table; the others follow by name.
 *
 * @throws BenchError BAD_MANIFEST
 */
export function readServers(tree: string): Server[] {
  const servers = readdirSync(join(tree, models), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(tree, models, entry.name, manifestFileName)))
    .map(({ name }) => readServer(tree, name));
  refuseCrowding(servers);
  const placeOf = ({ defaultPlace }: Server) => defaultPlace ?? Number.MAX_SAFE_INTEGER;
  return servers.toSorted((one, other) => placeOf(one) - placeOf(other) || (one.name < other.name ? -1 : 1));
}

function readServer(tree: string, name: string): Server {
  const file = manifestOf(name);
  if (!serverNamePattern.test(name)) {
    throw bad(
      file,
      `lies in the folder "${name}", which cannot be the name of a server: use small letters and digits, in words that begin with a letter and have dashes between ("async-2" would be the second place of async)`,
    );
  }
  const value = parseJson(readText(tree, file));
  if (value === undefined) throw bad(file, 'is not JSON: correct it');
  const manifest = manifestSchema.safeParse(value);
  if (!manifest.success) throw bad(file, `is no manifest of a server: ${faultIn(manifest.error)}`);
  const { bundle, ...rest } = manifest.data;
  if (rest.defaultPlace !== undefined && !rest.isContender) {
    throw bad(
      file,
      'gives a place in the default comparison to a server that is no contender: leave out one of the two',
    );
  }
  const entries = Object.entries(bundle).map(([output, entry]) => [output, entryPoint(tree, name, output, entry)]);
  return { name, ...rest, bundle: Object.fromEntries(entries) };
}

/** An entry point lies in servers/, because another machine that builds servers gets that part of the tree only. */
function entryPoint(tree: string, server: string, output: string, entry: string): string {
  const path = relative(tree, join(tree, models, server, entry)).replaceAll('\\', '/');
  if (!path.startsWith('servers/')) {
    throw bad(manifestOf(server), `names ${entry} for ${output}, which is not in servers/: move it there`);
  }
  if (!existsSync(join(tree, path))) {
    throw bad(manifestOf(server), `names ${entry} for ${output}, but there is no ${path}: correct the path`);
  }
  return path;
}

function refuseCrowding(servers: readonly Server[]): void {
  const byPlace = Map.groupBy(
    servers.filter(({ defaultPlace }) => defaultPlace !== undefined),
    ({ defaultPlace }) => defaultPlace,
  );
  for (const [place, [, second]] of byPlace) {
    if (second !== undefined) {
      throw bad(
        manifestOf(second.name),
        `takes place ${place} of the default comparison, which another server has: take a free one`,
      );
    }
  }
  const last = [...byPlace.values()].flat()[mostContenders];
  if (last !== undefined) {
    throw bad(manifestOf(last.name), `is one too many by default: one run compares at most ${mostContenders} servers`);
  }
}

function readText(tree: string, file: string): string {
  try {
    return readFileSync(join(tree, file), 'utf8');
  } catch (error) {
    throw bad(file, `cannot be read: ${messageOf(error)}`);
  }
}

function faultIn({ issues: [issue] }: z.core.$ZodError): string {
  if (issue === undefined) return 'correct it';
  const field = issue.path.join('.');
  return field === '' ? issue.message : `${field}: ${issue.message}`;
}

function manifestOf(server: string): string {
  return `${models}/${server}/${manifestFileName}`;
}

function bad(file: string, sentence: string): BenchError {
  return new BenchError('BAD_MANIFEST', `${file} ${sentence}`);
}
