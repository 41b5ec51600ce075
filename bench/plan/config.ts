import { z } from 'zod';
import { ciphers } from '../../servers/contract/ciphers.ts';
import { largestMessageBytes, smallestMessageBytes } from '../../servers/contract/message.ts';
import { contenderKeySchema, mostContenders } from './contenders.ts';
import { phaseNames, profileNames } from './names.ts';
import { pinningSchema } from './pinning.ts';

export const whole = (low: number, high: number) => z.int().min(low).max(high);
const longestInterval = 3_600_000;
/** A hold lasts at least two intervals. */
const longestHold = 2 * longestInterval;
const share = z.number().min(0).max(1);
export const rate = z.number().min(0.1).max(100_000);

/** Intervals from when the last sending client has connected to when the hold begins. */
export const settleIntervals = 2;

/** Everything that decides how a run measures. The first line of its record contains it. */
export const configSchema = z.object({
  profile: z.enum(profileNames),
  contenders: z.array(contenderKeySchema).min(1).max(mostContenders),
  phases: z.array(z.enum(phaseNames)),
  trials: whole(1, 100),
  /** Decides the order of the trials and, together with the number of a trial, the phases and messages of its clients. */
  seed: whole(0, 0xffff_ffff),
  /** Pause between two trials, in which the kernel clears up what the first left behind. */
  coolDownMilliseconds: whole(0, 3_600_000),
  /** Two figures whose ratio differs from 1 by less than this share make no practical difference. */
  equivalenceMargin: z.number().min(0.001).max(1),
  cipher: z.enum(ciphers),
  messageBytes: whole(smallestMessageBytes, largestMessageBytes),
  intervalMilliseconds: whole(50, longestInterval),
  maxThreads: whole(1, 100_000),
  /** Ports that a server listens on. An address of clients has some 28,000 ports of its own towards each of them. */
  ports: whole(1, 1_000),
  /** Length of the accept queue that a server asks for. */
  backlog: whole(1, 65_535),
  /** Speed of the link between server and fleet, where the network card does not report it. */
  linkMegabitsPerSecond: whole(1, 1_000_000).optional(),
  /** Time between two lines of counters of a server; divides the interval, so that a hold can end with both. */
  reportMilliseconds: whole(50, 60_000),
  /** Separate cores for servers and fleet; absent where the kernel chooses cores. */
  pinning: pinningSchema.optional(),
  /** Time between two samples of the agent. */
  sampleMilliseconds: whole(100, 3_600_000),
  /** How often each server is built; the median counts. */
  buildRuns: whole(1, 100),
  /** When a smaller share of the machine's memory is available, the agent kills the server. */
  memoryGuardShare: share,
  /** Limit on the memory of a server on another machine, by its cgroup. Absent: no limit. */
  serverMemoryBytes: whole(2 ** 26, 2 ** 40).optional(),
  /** Builds are timed on the servers' machine. The servers that run are still built on the machine of the harness. */
  compileOnTarget: z.boolean().optional(),
  /** Finds the most that the fleet can send, and whether it notices a server that stands still. */
  calibration: z.object({
    /** Time between two messages of a client. */
    intervalMilliseconds: whole(50, 1_000),
    firstClients: whole(1, 100_000),
    /** Each step has this many times the clients of the step before. */
    growth: z.number().min(1.01).max(10),
    mostClients: whole(1, 100_000),
    stepMilliseconds: whole(100, 600_000),
    /** The fleet must see at least this long a stall of a server that is stopped in a window of the length below. */
    seenStallMilliseconds: whole(100, 60_000),
    stallWindowMilliseconds: whole(1_000, 600_000),
  }),
  memory: z.object({
    clients: whole(1, 100_000),
    /** Time in which the idle server is watched, before the first client. */
    idleMilliseconds: whole(1, 3_600_000),
    warmUpMilliseconds: whole(1, 3_600_000),
    windowMilliseconds: whole(1, longestHold),
  }),
  ramp: z.object({
    clients: whole(1, 1_000_000),
    /** Number of steps up to `clients`. Each has `growth` times the clients of the step before. */
    steps: whole(1, 40),
    growth: z.number().min(1.01).max(10),
    /** A search ends when the clients held and the clients not held are at most this share apart. */
    bracketShare: z.number().min(0.001).max(1),
    connectPerSecond: whole(1, 100_000),
    maxHandshakesInFlight: whole(1, 10_000),
    connectTimeoutMilliseconds: whole(100, 600_000),
    silentHoldMilliseconds: whole(1, 3_600_000),
    sendingHoldMilliseconds: whole(1, longestHold),
    /** How often a void step is repeated before the search ends. A void step says nothing about the server. */
    voidRetries: whole(0, 10),
    /** A search ends after this time, even if its bracket is still wide. */
    limitMilliseconds: whole(1_000, Number.MAX_SAFE_INTEGER),
  }),
  /** Clients that arrive open loop, send one message and leave: at each of these rates, or at rising rates up to the knee. */
  arrivals: z.object({
    ratesPerSecond: z.array(rate),
    firstPerSecond: rate,
    growth: z.number().min(1.01).max(10),
    mostPerSecond: rate,
    /** The knee is where the median latency is this many times that of the step before, or more than this share fails. */
    latencyGrowth: z.number().min(1.1).max(100),
    failureShare: share,
    stepMilliseconds: whole(100, 600_000),
    leastArrivals: whole(1, 100_000),
  }),
  /** Plain HTTPS requests. */
  https: z.object({ connections: whole(1, 10_000), durationMilliseconds: whole(100, 600_000) }),
  criteria: z.object({
    /** Share of the messages scheduled in a hold that the server must parse in it. */
    parsedShare: share,
    /** p99 of the corrected latency, at most this many intervals. */
    p99Intervals: z.number().min(0.001).max(1_000),
    /** p99 of the fleet's own lateness, as a share of the interval: beyond it the step is void. */
    latenessShare: share,
    /** Busy share of a fleet process's loop beyond which the step is void. */
    fleetBusyShare: share,
  }),
  fleet: z.object({
    /** Descriptors limit the clients of one process. Further processes cost cores. */
    clientsPerProcess: whole(1, 60_000),
    pingsPerSecond: whole(0, 100_000),
  }),
});

export type Config = z.infer<typeof configSchema>;
