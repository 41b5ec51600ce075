import { defaultMessageBytes } from '../../servers/contract/message.ts';
import type { Config } from './config.ts';
import { type ProfileName, phaseNames } from './names.ts';
import { defaultContenders } from './servers.ts';

/** The part of a config that a profile decides. The rest follows from the machine and from the interval. */
type Profile = Omit<Config, 'cipher' | 'contenders' | 'ports' | 'reportMilliseconds' | 'seed'>;

const base: Omit<
  Profile,
  'profile' | 'buildRuns' | 'coolDownMilliseconds' | 'calibration' | 'memory' | 'ramp' | 'arrivals' | 'https'
> = {
  phases: [...phaseNames],
  trials: 1,
  equivalenceMargin: 0.05,
  messageBytes: defaultMessageBytes,
  intervalMilliseconds: 1_000,
  maxThreads: 30_000,
  backlog: 4_096,
  sampleMilliseconds: 1_000,
  memoryGuardShare: 0.1,
  criteria: { parsedShare: 0.99, p99Intervals: 1, latenessShare: 0.05, fleetBusyShare: 0.9 },
  fleet: { clientsPerProcess: 10_000, pingsPerSecond: 500 },
};
const rampPace = {
  growth: 2,
  voidRetries: 2,
  connectPerSecond: 5_000,
  maxHandshakesInFlight: 64,
  connectTimeoutMilliseconds: 20_000,
};

const calibration = {
  intervalMilliseconds: 100,
  firstClients: 100,
  growth: 1.5,
  mostClients: 9_000,
  stepMilliseconds: 1_000,
  seenStallMilliseconds: 1_000,
  stallWindowMilliseconds: 5_000,
};

/** Rates that start where every server keeps up, and rise until this one does not. */
const arrivals = {
  firstPerSecond: 50,
  growth: 1.25,
  mostPerSecond: 20_000,
  latencyGrowth: 2,
  failureShare: 0.01,
  /** A median of fewer arrivals would be chance. */
  leastArrivals: 100,
};

export const profiles: Record<ProfileName, Profile> = {
  /** Under 30 seconds, to see that everything works, and for tests. Its figures mean nothing. */
  smoke: {
    ...base,
    profile: 'smoke',
    intervalMilliseconds: 250,
    buildRuns: 1,
    coolDownMilliseconds: 0,
    calibration: { ...calibration, mostClients: 225, stepMilliseconds: 300, stallWindowMilliseconds: 3_000 },
    memory: { clients: 10, idleMilliseconds: 1_500, warmUpMilliseconds: 250, windowMilliseconds: 1_500 },
    ramp: {
      ...rampPace,
      clients: 40,
      steps: 3,
      bracketShare: 0.25,
      silentHoldMilliseconds: 500,
      sendingHoldMilliseconds: 500,
      limitMilliseconds: 10_000,
    },
    arrivals: { ...arrivals, ratesPerSecond: [20], stepMilliseconds: 500, leastArrivals: 10 },
    https: { connections: 4, durationMilliseconds: 500 },
  },
  /** Some five minutes per trial with two contenders. */
  quick: {
    ...base,
    profile: 'quick',
    buildRuns: 3,
    coolDownMilliseconds: 1_000,
    calibration,
    memory: { clients: 100, idleMilliseconds: 5_000, warmUpMilliseconds: 3_000, windowMilliseconds: 8_000 },
    ramp: {
      ...rampPace,
      clients: 2_000,
      steps: 5,
      bracketShare: 0.1,
      silentHoldMilliseconds: 1_000,
      sendingHoldMilliseconds: 3_000,
      limitMilliseconds: 30_000,
    },
    arrivals: { ...arrivals, ratesPerSecond: [], stepMilliseconds: 1_000 },
    https: { connections: 50, durationMilliseconds: 4_000 },
  },
  /** The conditions of the blog post that the suite answers, with more time for searches. */
  full: {
    ...base,
    profile: 'full',
    trials: 5,
    buildRuns: 5,
    coolDownMilliseconds: 10_000,
    calibration: { ...calibration, stepMilliseconds: 5_000 },
    memory: { clients: 100, idleMilliseconds: 10_000, warmUpMilliseconds: 10_000, windowMilliseconds: 300_000 },
    ramp: {
      ...rampPace,
      clients: 25_000,
      steps: 9,
      bracketShare: 0.02,
      silentHoldMilliseconds: 5_000,
      sendingHoldMilliseconds: 10_000,
      limitMilliseconds: 1_800_000,
    },
    arrivals: { ...arrivals, ratesPerSecond: [], stepMilliseconds: 5_000 },
    https: { connections: 50, durationMilliseconds: 10_000 },
  },
};

/** True when arrival rates rise although the profile names fixed rates: only `connect --saturate` does that. */
export function isSaturated({ profile, arrivals }: Pick<Config, 'profile' | 'arrivals'>): boolean {
  return arrivals.ratesPerSecond.length === 0 && profiles[profile].arrivals.ratesPerSecond.length > 0;
}

/** The config of a run without options. @throws BenchError BAD_MANIFEST */
export function defaultsOf(profile: ProfileName): Profile & Pick<Config, 'contenders'> {
  return { ...profiles[profile], contenders: defaultContenders() };
}
