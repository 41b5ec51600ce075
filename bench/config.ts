import { z } from 'zod';
import { type ContenderName, contenderNames } from '../servers/contract/contenders.ts';
import { defaultMessageBytes, largestMessageBytes, smallestMessageBytes } from '../servers/contract/message.ts';
import { BenchError } from './errors.ts';

export const profileNames = ['smoke', 'quick', 'full'] as const;
export type ProfileName = (typeof profileNames)[number];

const ciphers = z.enum(['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256']);
const whole = (low: number, high: number) => z.int().min(low).max(high);
const longestInterval = 3_600_000;
/** A hold takes two intervals at least. */
const longestHold = 2 * longestInterval;
const share = z.number().min(0).max(1);

/** Everything that decides a run. Stands in the first line of its record. */
export const configSchema = z.object({
  profile: z.enum(profileNames),
  contenders: z.array(z.enum(contenderNames)).min(1),
  trials: whole(1, 100),
  cipher: ciphers,
  messageBytes: whole(smallestMessageBytes, largestMessageBytes),
  intervalMilliseconds: whole(50, longestInterval),
  maxThreads: whole(1, 100_000),
  /** Time between two lines of counters of a server. */
  reportMilliseconds: whole(100, 60_000),
  /** How often each server is built; the median counts. */
  buildRuns: whole(1, 50),
  /** The server is killed when less of the machine's memory is available. */
  memoryGuardShare: share,
  memory: z.object({
    clients: whole(1, 100_000),
    /** Of the idle server, before the first client. */
    idleMilliseconds: whole(1, 3_600_000),
    warmUpMilliseconds: whole(1, 3_600_000),
    windowMilliseconds: whole(1, longestHold),
  }),
  ramp: z.object({
    clients: whole(1, 1_000_000),
    /** How many equal steps lead to it. */
    steps: whole(1, 1_000),
    connectPerSecond: whole(1, 100_000),
    maxHandshakesInFlight: whole(1, 10_000),
    connectTimeoutMilliseconds: whole(100, 600_000),
    silentHoldMilliseconds: whole(1, 3_600_000),
    sendingHoldMilliseconds: whole(1, longestHold),
    /** How often a void step is held again, before the ramp ends: it says nothing about the server. */
    voidRetries: whole(0, 10),
    /** A ramp that is not through by then ends, and its figure is a lower bound. */
    limitMilliseconds: whole(1_000, 86_400_000),
  }),
  criteria: z.object({
    /** Of the messages scheduled in a hold, the share that must be parsed in it. */
    parsedShare: share,
    /** p99 of the corrected latency, at most this many intervals. */
    p99Intervals: z.number().positive(),
    /** p99 of the fleet's own lateness, as a share of the interval: beyond it the step is void. */
    latenessShare: share,
    /** Busy share of a fleet process's loop beyond which the step is void. */
    fleetBusyShare: share,
  }),
  fleet: z.object({
    /** Descriptors decide how many clients one process can hold, cores how many processes there should be. */
    clientsPerProcess: whole(1, 60_000),
    pingsPerSecond: whole(1, 100_000),
    seed: z.int().nonnegative(),
  }),
});

export type Config = z.infer<typeof configSchema>;

const base: Omit<Config, 'cipher' | 'profile' | 'buildRuns' | 'memory' | 'ramp'> = {
  contenders: [...contenderNames],
  trials: 1,
  messageBytes: defaultMessageBytes,
  intervalMilliseconds: 1_000,
  maxThreads: 30_000,
  reportMilliseconds: 1_000,
  memoryGuardShare: 0.1,
  criteria: { parsedShare: 0.99, p99Intervals: 1, latenessShare: 0.05, fleetBusyShare: 0.9 },
  fleet: { clientsPerProcess: 10_000, pingsPerSecond: 500, seed: 1 },
};
const rampPace = {
  voidRetries: 2,
  connectPerSecond: 2_000,
  maxHandshakesInFlight: 64,
  connectTimeoutMilliseconds: 20_000,
};

const profiles: Record<ProfileName, Omit<Config, 'cipher'>> = {
  /** Under 30 seconds: to see that everything works, and for tests. Its figures mean nothing. */
  smoke: {
    ...base,
    profile: 'smoke',
    intervalMilliseconds: 250,
    reportMilliseconds: 200,
    buildRuns: 1,
    memory: { clients: 10, idleMilliseconds: 1_000, warmUpMilliseconds: 500, windowMilliseconds: 2_000 },
    ramp: {
      ...rampPace,
      clients: 40,
      steps: 2,
      silentHoldMilliseconds: 500,
      sendingHoldMilliseconds: 1_000,
      limitMilliseconds: 10_000,
    },
  },
  /** Under three minutes. */
  quick: {
    ...base,
    profile: 'quick',
    buildRuns: 3,
    memory: { clients: 100, idleMilliseconds: 2_000, warmUpMilliseconds: 3_000, windowMilliseconds: 8_000 },
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

/** What a user may set on the command line; what is absent comes from the profile. */
export interface Overrides {
  profile?: string | undefined;
  contenders?: string | undefined;
  clients?: string | undefined;
  memoryClients?: string | undefined;
  intervalMs?: string | undefined;
  messageBytes?: string | undefined;
  trials?: string | undefined;
  cipher?: string | undefined;
}

/** The default of each option, by profile, for `--help`. */
export function defaultsOf(choose: (config: Omit<Config, 'cipher'>) => number): string {
  const values = profileNames.map((name) => choose(profiles[name]));
  return new Set(values).size === 1
    ? String(values[0])
    : profileNames.map((name, i) => `${name} ${values[i]}`).join(', ');
}

/**
 * Profile, then the user's words on top; everything is checked here and nowhere else.
 *
 * @param hasAes The server's CPU has AES instructions; without them (Pi 4) ChaCha20-Poly1305 is several times faster.
 * @throws BenchError BAD_OPTION
 */
export function resolveConfig(overrides: Overrides, hasAes: boolean): Config {
  const profile = z.enum(profileNames).safeParse(overrides.profile ?? 'quick');
  if (!profile.success) throw bad(`--profile takes ${profileNames.join(', ')}, not "${overrides.profile}"`);
  const chosen = profiles[profile.data];
  const cipher = ciphers.safeParse(
    overrides.cipher ?? (hasAes ? 'TLS_AES_128_GCM_SHA256' : 'TLS_CHACHA20_POLY1305_SHA256'),
  );
  if (!cipher.success) throw bad(`--cipher takes ${ciphers.options.join(', ')}, not "${overrides.cipher}"`);
  const clients = integer('--clients', overrides.clients, configSchema.shape.ramp.shape.clients);
  const memoryClients = integer('--memory-clients', overrides.memoryClients, configSchema.shape.memory.shape.clients);
  const config = configSchema.parse({
    ...chosen,
    cipher: cipher.data,
    contenders: contendersOf(overrides.contenders) ?? chosen.contenders,
    intervalMilliseconds:
      integer('--interval-ms', overrides.intervalMs, configSchema.shape.intervalMilliseconds) ??
      chosen.intervalMilliseconds,
    messageBytes:
      integer('--message-bytes', overrides.messageBytes, configSchema.shape.messageBytes) ?? chosen.messageBytes,
    trials: integer('--trials', overrides.trials, configSchema.shape.trials) ?? chosen.trials,
    memory: { ...chosen.memory, clients: memoryClients ?? chosen.memory.clients },
    ramp: { ...chosen.ramp, clients: clients ?? chosen.ramp.clients },
  });
  if (config.memory.clients > config.maxThreads) {
    throw bad(
      `--memory-clients ${config.memory.clients} is more than the ${config.maxThreads} threads allowed: ask for fewer`,
    );
  }
  // A hold shorter than an interval would judge messages that were never due.
  const holdIntervals = 2 * config.intervalMilliseconds;
  return {
    ...config,
    memory: { ...config.memory, windowMilliseconds: Math.max(config.memory.windowMilliseconds, holdIntervals) },
    ramp: { ...config.ramp, sendingHoldMilliseconds: Math.max(config.ramp.sendingHoldMilliseconds, holdIntervals) },
  };
}

function contendersOf(text: string | undefined): ContenderName[] | undefined {
  if (text === undefined) return undefined;
  const names = z.array(z.enum(contenderNames)).min(1).safeParse(text.split(','));
  if (!names.success)
    throw bad(`--contenders takes names of ${contenderNames.join(', ')} with commas between, not "${text}"`);
  if (new Set(names.data).size < names.data.length)
    throw bad(`--contenders ${text} names one server twice: name each once`);
  return names.data;
}

function integer(option: string, text: string | undefined, schema: z.ZodNumber): number | undefined {
  if (text === undefined) return undefined;
  const value = schema.safeParse(/^\d+$/.test(text) ? Number(text) : Number.NaN);
  if (value.success) return value.data;
  throw bad(`${option} takes a whole number from ${schema.minValue} to ${schema.maxValue}, not "${text}"`);
}

function bad(sentence: string): BenchError {
  return new BenchError('BAD_OPTION', sentence);
}
