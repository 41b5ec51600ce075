import { z } from 'zod';
import { contenderKeySchema, contenderOf, contendersOf, keyOf, mostContenders } from '../contenders.ts';
import { phaseNames } from '../names.ts';
import { contenderServers } from '../servers.ts';
import { namesReading } from './reading.ts';

/** A server that is named twice is compared with itself. */
export const contendersReading = namesReading(() => contenderServers().map(({ name }) => name), {
  toConfig: (names) =>
    names.length > mostContenders
      ? `names ${names.length} servers: one run compares at most ${mostContenders}`
      : contendersOf(names).map(keyOf),
  fromConfig: (value) =>
    z
      .array(contenderKeySchema)
      .parse(value)
      .map((key) => contenderOf(key).server),
});

/** The config has phases in the order in which they run, and ignores the order of the names. */
export const phasesReading = namesReading(() => phaseNames, {
  toConfig: (names) =>
    new Set(names).size < names.length
      ? 'names one phase twice: name each once'
      : phaseNames.filter((name) => names.includes(name)),
  fromConfig: (value) => z.array(z.enum(phaseNames)).parse(value),
});
