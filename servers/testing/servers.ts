import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseJson } from '../contract/json.ts';
import { manifestFileName, manifestSchema, startedFileName } from '../contract/manifest.ts';

const models = join(import.meta.dirname, '..', 'models');

/** The servers that can be compared: each is held to the same conformance. */
export const contenderServers = globSync(join('*', manifestFileName), { cwd: models })
  .map((file) => basename(dirname(file)))
  .filter((name) => manifestOf(name).isContender)
  .toSorted();

/** What `node` is told to run that server from its source. */
export function programOf(server: string): string {
  return join(models, server, manifestOf(server).bundle[startedFileName] ?? '');
}

function manifestOf(server: string) {
  return manifestSchema.parse(parseJson(readFileSync(join(models, server, manifestFileName), 'utf8')));
}
