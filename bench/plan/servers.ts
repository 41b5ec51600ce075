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

/** What is built and started: its manifest, with the name of its folder. */
export interface Server extends Omit<Manifest, 'bundle'> {
  name: string;
  /** Entry point of each file of the bundle, relative to the repository, by the name of the file. */
  bundle: Record<string, string>;
}

/** The server that reads and discards, for what a fleet can send at all. */
export const nullServer = 'null';

let found: readonly Server[] | undefined;

/** Every server of this tree, which is read once. @throws BenchError BAD_MANIFEST */
export function allServers(): readonly Server[] {
  found ??= readServers(root);
  return found;
}

/** Those that can be compared. */
export function contenderServers(): Server[] {
  return allServers().filter(({ isContender }) => isContender);
}

/** What is compared when none is named. */
export function defaultContenders(): ContenderKey[] {
  const servers = allServers().filter(({ defaultPlace }) => defaultPlace !== undefined);
  return contendersOf(servers.map(({ name }) => name)).map(keyOf);
}

/** @throws BenchError BAD_OPTION when this tree has none of that name. */
export function serverNamed(name: string): Server {
  const server = allServers().find((one) => one.name === name);
  if (server !== undefined) return server;
  const known = allServers().map((one) => one.name);
  throw new BenchError('BAD_OPTION', `there is no server "${name}" here: name some of ${known.join(', ')}`);
}

/** What is started for a contender. */
export function serverOf(contender: ContenderKey): Server {
  return serverNamed(contenderOf(contender).server);
}

/** What each server is, by its name, for the record: reports tell it although the tree may have changed. */
export function describeServers(contenders: readonly ContenderKey[]): Record<string, string> {
  return Object.fromEntries(contenders.map(serverOf).map(({ name, description }) => [name, description]));
}

/**
 * The servers of a tree: each folder of servers/models/ that holds a manifest. Those of the default comparison come first
 * and in its order, for that is the order of the table's columns; then the others by their names.
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
      `lies in a folder whose name cannot be a server's: let it be of small letters and digits, in words with dashes between that each begin with a letter (as "async-2", "${name}" might be the second place of a server)`,
    );
  }
  const value = parseJson(readText(tree, file));
  if (value === undefined) throw bad(file, 'is not JSON: correct what is written there');
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

/** Servers are built from servers/ alone: nothing else of the tree is there where they are built on another machine. */
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
        `takes place ${place} of the default comparison, which another has: take a free one`,
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
