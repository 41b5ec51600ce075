import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { BenchError } from '../errors.ts';
import { type Config, configSchema } from './config.ts';
import { fitToInterval, longestReportMilliseconds } from './holds.ts';
import { defaultProfile, profileNames } from './names.ts';
import { type Flags, options } from './options/options.ts';
import { withValueAt } from './options/place.ts';
import { readOptions } from './options/read.ts';
import type { OptionRows } from './options/row.ts';
import { defaultsOf } from './profiles.ts';

/** What a user may set on the command line; what is absent comes from the profile. */
export type Overrides = Flags;

/**
 * The config of a run: the profile, overridden by the options of the user. All options are checked here.
 *
 * @param hasAes the server's CPU has AES instructions; without them (Pi 4) ChaCha20-Poly1305 is several times faster
 * @throws BenchError BAD_OPTION
 */
export function resolveConfig(overrides: Overrides, hasAes: boolean, rows: OptionRows = options): Config {
  const asked = readOptions(overrides, rows);
  const profile = z.enum(profileNames).parse(asked.get('profile') ?? defaultProfile);
  const start = {
    ...defaultsOf(profile),
    seed: randomInt(configSchema.shape.seed.maxValue ?? 0),
    cipher: hasAes ? 'TLS_AES_128_GCM_SHA256' : 'TLS_CHACHA20_POLY1305_SHA256',
    // These two are set below, because they follow from the rest.
    reportMilliseconds: longestReportMilliseconds,
    ports: 1,
  };
  const config = withBuildRuns(fitToInterval(configWith(start, asked)));
  if (config.memory.clients > config.maxThreads) {
    throw new BenchError(
      'BAD_OPTION',
      `--memory-clients ${config.memory.clients} is more than the ${config.maxThreads} threads allowed: ask for fewer`,
    );
  }
  const following = Object.values(rows).flatMap(({ place, follows }): [string, unknown][] =>
    place === undefined || follows === undefined || asked.has(place) ? [] : [[place, follows(config)]],
  );
  return configWith(config, following);
}

/** Builds as often as there are trials, so that the compile time gets a verdict when other figures do. */
function withBuildRuns(config: Config): Config {
  return { ...config, buildRuns: Math.max(config.buildRuns, config.trials) };
}

function configWith(start: object, values: Iterable<[place: string, value: unknown]>): Config {
  return configSchema.parse([...values].reduce((whole, [place, value]) => withValueAt(whole, place, value), start));
}
