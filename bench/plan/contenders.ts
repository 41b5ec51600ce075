import { z } from 'zod';
import { serverNamePattern } from '../../servers/contract/server-name.ts';

/** Most contenders of one run. A server that is compared with itself counts once for each of its places. */
export const mostContenders = 4;

/** A place in a comparison: a server, and which of its places it is, from 1. */
export interface Contender {
  server: string;
  place: number;
}

const name = serverNamePattern.source.replace(/^\^|\$$/g, '');
const keyPattern = new RegExp(`^(${name})(?:-([2-${mostContenders}]))?$`);

/**
 * The name of a contender in files, folders and records: the name of its server and, from the second place on, the number
 * of its place: "async", "async-2". No name of a server ends in a dash and a number, so a key has one reading only. The key
 * may name a server that this tree lacks.
 */
export const contenderKeySchema = z.string().regex(keyPattern, 'is no contender: write it like "async" or "async-2"');
export type ContenderKey = z.infer<typeof contenderKeySchema>;

export function keyOf({ server, place }: Contender): ContenderKey {
  return place === 1 ? server : `${server}-${place}`;
}

/** Takes a key apart; no other code does. @throws RangeError for a text that is no key, which no schema accepts. */
export function contenderOf(key: ContenderKey): Contender {
  const [, server, place = '1'] = keyPattern.exec(key) ?? [];
  if (server === undefined) throw new RangeError(`"${key}" is no key of a contender`);
  return { server, place: Number(place) };
}

/** One contender for each name; a server that is named twice is compared with itself. */
export function contendersOf(servers: readonly string[]): Contender[] {
  return servers.map((server, index) => ({
    server,
    place: 1 + servers.slice(0, index).filter((other) => other === server).length,
  }));
}
