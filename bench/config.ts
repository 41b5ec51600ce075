import { z } from 'zod';
import { ciphers } from '../servers/contract/ciphers.ts';
import { type ContenderName, contenderNames } from '../servers/contract/contenders.ts';
import { largestMessageBytes, smallestMessageBytes } from '../servers/contract/message.ts';
import { BenchError } from './errors.ts';
import { profileNames, profiles } from './profiles.ts';

/** A server's line of counters comes at least this often. */
const longestReportMilliseconds = 1_000;
const cipherSchema = z.enum(ciphers);
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
  cipher: cipherSchema,
  messageBytes: whole(smallestMessageBytes, largestMessageBytes),
  intervalMilliseconds: whole(50, longestInterval),
  maxThreads: whole(1, 100_000),
  /** Time between two lines of counters of a server; divides the interval, so that a hold can end with both. */
  reportMilliseconds: whole(50, 60_000),
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
    limitMilliseconds: whole(1_000, Number.MAX_SAFE_INTEGER),
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
  const cipher = cipherSchema.safeParse(
    overrides.cipher ?? (hasAes ? 'TLS_AES_128_GCM_SHA256' : 'TLS_CHACHA20_POLY1305_SHA256'),
  );
  if (!cipher.success) throw bad(`--cipher takes ${ciphers.join(', ')}, not "${overrides.cipher}"`);
  const clients = integer('--clients', overrides.clients, configSchema.shape.ramp.shape.clients);
  const memoryClients = integer('--memory-clients', overrides.memoryClients, configSchema.shape.memory.shape.clients);
  const config = configSchema.parse({
    ...chosen,
    // Set below, with the rest that follows from the interval.
    reportMilliseconds: longestReportMilliseconds,
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
  return fitToInterval(config);
}

/**
 * Holds last whole intervals, so that every client has the same number of messages in them; the server reports at a
 * whole fraction of the interval, so that a window between two of its lines is such a hold; and a ramp is given the
 * time that its holds and its clients take.
 */
function fitToInterval(config: Config): Config {
  const { intervalMilliseconds: interval, memory, ramp } = config;
  const wholeIntervals = (milliseconds: number) => Math.max(2, Math.ceil(milliseconds / interval)) * interval;
  const sendingHoldMilliseconds = wholeIntervals(ramp.sendingHoldMilliseconds);
  const holdsMilliseconds = (ramp.steps + 2) * (sendingHoldMilliseconds + 1_500);
  const connectingMilliseconds = ramp.clients * 2;
  return {
    ...config,
    reportMilliseconds: Math.round(interval / Math.ceil(interval / longestReportMilliseconds)),
    memory: { ...memory, windowMilliseconds: wholeIntervals(memory.windowMilliseconds) },
    ramp: {
      ...ramp,
      sendingHoldMilliseconds,
      limitMilliseconds: Math.max(ramp.limitMilliseconds, holdsMilliseconds + connectingMilliseconds),
    },
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
