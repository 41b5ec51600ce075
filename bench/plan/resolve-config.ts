import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { ciphers } from '../../servers/contract/ciphers.ts';
import { BenchError } from '../errors.ts';
import { type Config, configSchema, rate, settleIntervals, whole } from './config.ts';
import { type ContenderKey, contendersOf, keyOf, mostContenders } from './contenders.ts';
import { type PhaseName, phaseNames, profileNames } from './names.ts';
import { profiles } from './profiles.ts';
import { contenderServers, defaultContenders } from './servers.ts';

/** A server's line of counters comes at least this often. */
const longestReportMilliseconds = 1_000;
const { shape } = configSchema;

/** What a user may set on the command line; what is absent comes from the profile. */
export interface Overrides {
  profile?: string | undefined;
  contenders?: string | undefined;
  only?: string | undefined;
  clients?: string | undefined;
  memoryClients?: string | undefined;
  intervalMs?: string | undefined;
  messageBytes?: string | undefined;
  trials?: string | undefined;
  seed?: string | undefined;
  coolDownS?: string | undefined;
  margin?: string | undefined;
  cipher?: string | undefined;
  ports?: string | undefined;
  backlog?: string | undefined;
  linkMbit?: string | undefined;
  clientsPerProcess?: string | undefined;
  connectTimeoutS?: string | undefined;
  bracket?: string | undefined;
  limitS?: string | undefined;
  minParsed?: string | undefined;
  maxP99Intervals?: string | undefined;
  maxLateness?: string | undefined;
  maxFleetBusy?: string | undefined;
  memoryGuard?: string | undefined;
  serverMemoryMb?: string | undefined;
  compileOnTarget?: boolean | undefined;
  rate?: string[] | undefined;
}

/**
 * Profile, then the user's words on top; everything is checked here and nowhere else.
 *
 * @param hasAes The server's CPU has AES instructions; without them (Pi 4) ChaCha20-Poly1305 is several times faster.
 * @throws BenchError BAD_OPTION
 */
export function resolveConfig(overrides: Overrides, hasAes: boolean): Config {
  const chosen = profiles[oneOf('--profile', overrides.profile ?? 'quick', profileNames)];
  const ramp = rampOf(overrides, chosen.ramp);
  const config = configSchema.parse({
    ...chosen,
    // Set below, with the rest that follows from the interval.
    reportMilliseconds: longestReportMilliseconds,
    contenders: keysOf(overrides.contenders) ?? defaultContenders(),
    seed: integer('--seed', overrides.seed, shape.seed) ?? randomInt(shape.seed.maxValue ?? 0),
    ...pauseAndMargin(overrides, chosen),
    phases: phasesOf(overrides.only) ?? chosen.phases,
    ...repeats(integer('--trials', overrides.trials, shape.trials) ?? chosen.trials, chosen),
    ...loadOf(overrides, chosen, hasAes),
    ...networkOf(overrides, chosen, ramp.clients),
    memoryGuardShare:
      number('--memory-guard', overrides.memoryGuard, shape.memoryGuardShare) ?? chosen.memoryGuardShare,
    ...elsewhereOf(overrides),
    ramp,
    arrivals: { ...chosen.arrivals, ratesPerSecond: ratesOf(overrides.rate) ?? chosen.arrivals.ratesPerSecond },
    criteria: criteriaOf(overrides, chosen.criteria),
  });
  if (config.memory.clients > config.maxThreads) {
    throw bad(
      `--memory-clients ${config.memory.clients} is more than the ${config.maxThreads} threads allowed: ask for fewer`,
    );
  }
  const limitSeconds = integer('--limit-s', overrides.limitS, whole(1, 86_400));
  const fitted = fitToInterval(config);
  if (limitSeconds === undefined) return fitted;
  return { ...fitted, ramp: { ...fitted.ramp, limitMilliseconds: limitSeconds * 1_000 } };
}

type Defaults = (typeof profiles)[keyof typeof profiles];

/** The compile time bears a verdict when everything else does. */
function repeats(trials: number, { buildRuns }: Defaults) {
  return { trials, buildRuns: Math.max(buildRuns, trials) };
}

function pauseAndMargin(overrides: Overrides, chosen: Defaults) {
  const coolDownSeconds = integer('--cool-down-s', overrides.coolDownS, whole(0, 3_600));
  return {
    coolDownMilliseconds: coolDownSeconds === undefined ? chosen.coolDownMilliseconds : coolDownSeconds * 1_000,
    equivalenceMargin: number('--margin', overrides.margin, shape.equivalenceMargin) ?? chosen.equivalenceMargin,
  };
}

/** What clients do, and how many of them are weighed. */
function loadOf(overrides: Overrides, chosen: Defaults, hasAes: boolean) {
  const cipher = hasAes ? 'TLS_AES_128_GCM_SHA256' : 'TLS_CHACHA20_POLY1305_SHA256';
  const { memory } = chosen;
  return {
    cipher: oneOf('--cipher', overrides.cipher ?? cipher, ciphers),
    intervalMilliseconds:
      integer('--interval-ms', overrides.intervalMs, shape.intervalMilliseconds) ?? chosen.intervalMilliseconds,
    messageBytes: integer('--message-bytes', overrides.messageBytes, shape.messageBytes) ?? chosen.messageBytes,
    memory: {
      ...memory,
      clients: integer('--memory-clients', overrides.memoryClients, shape.memory.shape.clients) ?? memory.clients,
    },
  };
}

/**
 * Half the default range of source ports: beyond it, Linux prefers not to give out a port at first and searches long
 * for each (`__inet_hash_connect` keeps one parity for connect, the other for bind).
 */
const clientsPerPort = 14_000;

function networkOf(overrides: Overrides, chosen: Defaults, clients: number) {
  const link = integer('--link-mbit', overrides.linkMbit, shape.linkMegabitsPerSecond.unwrap());
  const { clientsPerProcess } = shape.fleet.shape;
  return {
    ports: integer('--ports', overrides.ports, shape.ports) ?? Math.ceil(clients / clientsPerPort),
    backlog: integer('--backlog', overrides.backlog, shape.backlog) ?? chosen.backlog,
    ...(link !== undefined && { linkMegabitsPerSecond: link }),
    fleet: {
      ...chosen.fleet,
      clientsPerProcess:
        integer('--clients-per-process', overrides.clientsPerProcess, clientsPerProcess) ??
        chosen.fleet.clientsPerProcess,
    },
  };
}

/** What can be asked of another machine alone. */
function elsewhereOf({ serverMemoryMb, compileOnTarget }: Overrides) {
  const megabytes = integer('--server-memory-mb', serverMemoryMb, whole(64, 1_048_576));
  return {
    ...(megabytes !== undefined && { serverMemoryBytes: megabytes * 2 ** 20 }),
    ...(compileOnTarget === true && { compileOnTarget }),
  };
}

function rampOf(overrides: Overrides, chosen: Config['ramp']): Config['ramp'] {
  const ramp = shape.ramp.shape;
  const timeoutSeconds = integer('--connect-timeout-s', overrides.connectTimeoutS, whole(1, 600));
  return {
    ...chosen,
    clients: integer('--clients', overrides.clients, ramp.clients) ?? chosen.clients,
    bracketShare: number('--bracket', overrides.bracket, ramp.bracketShare) ?? chosen.bracketShare,
    ...(timeoutSeconds !== undefined && { connectTimeoutMilliseconds: timeoutSeconds * 1_000 }),
  };
}

function criteriaOf(overrides: Overrides, chosen: Config['criteria']): Config['criteria'] {
  const criteria = shape.criteria.shape;
  return {
    parsedShare: number('--min-parsed', overrides.minParsed, criteria.parsedShare) ?? chosen.parsedShare,
    p99Intervals:
      number('--max-p99-intervals', overrides.maxP99Intervals, criteria.p99Intervals) ?? chosen.p99Intervals,
    latenessShare: number('--max-lateness', overrides.maxLateness, criteria.latenessShare) ?? chosen.latenessShare,
    fleetBusyShare:
      number('--max-fleet-busy', overrides.maxFleetBusy, criteria.fleetBusyShare) ?? chosen.fleetBusyShare,
  };
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
  const holdsMilliseconds = (ramp.steps + 2) * (settleIntervals * interval + sendingHoldMilliseconds + 1_500);
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

function oneOf<Name extends string>(option: string, text: string, legal: readonly [Name, ...Name[]]): Name {
  const name = z.enum(legal).safeParse(text);
  if (name.success) return name.data;
  throw bad(`${option} takes ${legal.join(', ')}, not "${text}"`);
}

function namesOf<Name extends string>(
  option: string,
  text: string | undefined,
  legal: readonly Name[],
): Name[] | undefined {
  if (text === undefined) return undefined;
  const names = z.array(z.enum(legal)).min(1).safeParse(text.split(','));
  if (names.success) return names.data;
  throw bad(`${option} takes names of ${legal.join(', ')} with commas between, not "${text}"`);
}

/** One that is named twice is compared with itself. */
function keysOf(text: string | undefined): ContenderKey[] | undefined {
  const names = namesOf(
    '--contenders',
    text,
    contenderServers().map(({ name }) => name),
  );
  if (names !== undefined && names.length > mostContenders) {
    throw bad(`--contenders ${text} names ${names.length} servers: one run compares at most ${mostContenders}`);
  }
  return names && contendersOf(names).map(keyOf);
}

/** In the order in which they are always run, whatever the order of the words. */
function phasesOf(text: string | undefined): PhaseName[] | undefined {
  const names = namesOf('--only', text, phaseNames);
  if (new Set(names).size < (names?.length ?? 0)) throw bad(`--only ${text} names one phase twice: name each once`);
  return names && phaseNames.filter((name) => names.includes(name));
}

function ratesOf(texts: string[] | undefined): number[] | undefined {
  return texts?.flatMap((text) => number('--rate', text, rate) ?? []);
}

function integer(option: string, text: string | undefined, schema: z.ZodNumber): number | undefined {
  if (text === undefined) return undefined;
  const value = schema.safeParse(/^\d+$/.test(text) ? Number(text) : Number.NaN);
  if (value.success) return value.data;
  throw bad(`${option} takes a whole number from ${schema.minValue} to ${schema.maxValue}, not "${text}"`);
}

function number(option: string, text: string | undefined, schema: z.ZodNumber): number | undefined {
  if (text === undefined) return undefined;
  const value = schema.safeParse(/^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN);
  if (value.success) return value.data;
  throw bad(`${option} takes a number from ${schema.minValue} to ${schema.maxValue}, not "${text}"`);
}

function bad(sentence: string): BenchError {
  return new BenchError('BAD_OPTION', sentence);
}
