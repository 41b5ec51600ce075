import { contenderNames } from '../servers/contract/contenders.ts';
import { defaultMessageBytes } from '../servers/contract/message.ts';
import type { Config } from './config.ts';

export const profileNames = ['smoke', 'quick', 'full'] as const;
export type ProfileName = (typeof profileNames)[number];

/** What a profile decides; the rest follows from the machine and from the interval. */
type Profile = Omit<Config, 'cipher' | 'reportMilliseconds'>;

const base: Omit<Profile, 'profile' | 'buildRuns' | 'memory' | 'ramp'> = {
  contenders: [...contenderNames],
  trials: 1,
  messageBytes: defaultMessageBytes,
  intervalMilliseconds: 1_000,
  maxThreads: 30_000,
  memoryGuardShare: 0.1,
  criteria: { parsedShare: 0.99, p99Intervals: 1, latenessShare: 0.05, fleetBusyShare: 0.9 },
  fleet: { clientsPerProcess: 10_000, pingsPerSecond: 500, seed: 1 },
};
const rampPace = {
  voidRetries: 2,
  connectPerSecond: 5_000,
  maxHandshakesInFlight: 64,
  connectTimeoutMilliseconds: 20_000,
};

export const profiles: Record<ProfileName, Profile> = {
  /** Under 30 seconds: to see that everything works, and for tests. Its figures mean nothing. */
  smoke: {
    ...base,
    profile: 'smoke',
    intervalMilliseconds: 250,
    buildRuns: 1,
    memory: { clients: 10, idleMilliseconds: 1_500, warmUpMilliseconds: 250, windowMilliseconds: 1_500 },
    ramp: {
      ...rampPace,
      clients: 40,
      steps: 2,
      silentHoldMilliseconds: 500,
      sendingHoldMilliseconds: 500,
      limitMilliseconds: 10_000,
    },
  },
  /** Under three minutes. */
  quick: {
    ...base,
    profile: 'quick',
    buildRuns: 3,
    memory: { clients: 100, idleMilliseconds: 5_000, warmUpMilliseconds: 3_000, windowMilliseconds: 8_000 },
    ramp: {
      ...rampPace,
      clients: 2_000,
      steps: 5,
      silentHoldMilliseconds: 1_000,
      sendingHoldMilliseconds: 3_000,
      limitMilliseconds: 35_000,
    },
  },
  /** The conditions of the original post, and more patience. */
  full: {
    ...base,
    profile: 'full',
    trials: 3,
    buildRuns: 5,
    memory: { clients: 100, idleMilliseconds: 10_000, warmUpMilliseconds: 10_000, windowMilliseconds: 300_000 },
    ramp: {
      ...rampPace,
      clients: 25_000,
      steps: 50,
      silentHoldMilliseconds: 5_000,
      sendingHoldMilliseconds: 10_000,
      limitMilliseconds: 900_000,
    },
  },
};

/** The default of each option, by profile, for `--help`. */
export function defaultsOf(choose: (config: Profile) => number): string {
  const values = profileNames.map((name) => choose(profiles[name]));
  return new Set(values).size === 1
    ? String(values[0])
    : profileNames.map((name, i) => `${name} ${values[i]}`).join(', ');
}
