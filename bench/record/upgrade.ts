import { z } from 'zod';
import { contenderOf } from '../plan/contenders.ts';
import { profiles } from '../plan/profiles.ts';
import type { Entry } from './record.ts';

/** The oldest version that this release reads. */
export const oldestVersion = 2;

const version2 = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('run'),
    config: z.looseObject({ fleet: z.looseObject({ seed: z.number() }) }),
  }),
  z.looseObject({ type: z.literal('trialEnd'), outcome: z.string() }),
  z.looseObject({ type: z.literal('bundle'), contender: z.string() }),
]);

/**
 * Converts a line of a record of version 2 to entries of this version; figures that version 2 did not measure are
 * absent or empty. Any other value is returned unchanged. Pure.
 */
export function upgradeFrom2(line: unknown): unknown[] {
  const known = version2.safeParse(line);
  if (!known.success) return [line];
  const entry = known.data;
  switch (entry.type) {
    case 'run': {
      const { seed, ...fleet } = entry.config.fleet;
      const { calibration } = profiles.quick;
      // Version 2 ran trials without pauses, and in a rotating order that depended on no seed.
      const added = { seed, coolDownMilliseconds: 0, equivalenceMargin: 0.05, sampleMilliseconds: 1_000, calibration };
      return [{ ...entry, schemaVersion: 3, pid: 0, tune: false, config: { ...entry.config, ...added, fleet } }];
    }
    case 'trialEnd':
      return [entry.outcome === 'complete' ? { ...entry, audit: [] } : entry];
    case 'bundle': {
      const { executableBytes: bytes, executableFailure: failure, ...sizes } = entry;
      return [sizes, { type: 'executable', contender: entry.contender, bytes, failure }];
    }
  }
}

/** What servers were in the days when a record did not say it. */
const describedBefore = new Map([
  ['async', 'one event loop'],
  ['blocking', 'one thread per connection, asleep in read(2)'],
]);

/** The first line of a record with what its servers are, where that line does not say it itself. Pure. */
export function withServers(entry: Entry): Entry {
  if (entry.type !== 'run' || entry.servers !== undefined) return entry;
  const names = new Set(entry.config.contenders.map((contender) => contenderOf(contender).server));
  const described = [...names].flatMap((name) => {
    const description = describedBefore.get(name);
    return description === undefined ? [] : [[name, description] as const];
  });
  return { ...entry, servers: Object.fromEntries(described) };
}
