import { z } from 'zod';
import { ciphers } from '../../servers/contract/ciphers.ts';
import { largestMessageBytes, smallestMessageBytes } from '../../servers/contract/message.ts';
import { contenderKeySchema, mostContenders } from './contenders.ts';
import { phaseNames, profileNames } from './names.ts';
import { pinningSchema } from './pinning.ts';

export const whole = (low: number, high: number) => z.int().min(low).max(high);
const longestInterval = 3_600_000;
/** A hold takes two intervals at least. */
const longestHold = 2 * longestInterval;
const share = z.number().min(0).max(1);
export const rate = z.number().min(0.1).max(100_000);

/** Of sending clients, between the last of them connected and the begin of the hold. */
export const settleIntervals = 2;

/** Everything that decides a run. Stands in the first line of its record. */
export const configSchema = z.object({
  profile: z.enum(profileNames),
  contenders: z.array(contenderKeySchema).min(1).max(mostContenders),
  phases: z.array(z.enum(phaseNames)),
  trials: whole(1, 100),
  /** Of the order of the trials, and with a trial's number of the clients' phases and messages. */
  seed: whole(0, 0xffff_ffff),
  /** Between two trials, for the machine to come to rest: what the one before left behind is the kernel's to clear up. */
  coolDownMilliseconds: whole(0, 3_600_000),
  /** Two figures whose ratio differs from 1 by less than this share make no practical difference. */
  equivalenceMargin: z.number().min(0.001).max(1),
  cipher: z.enum(ciphers),
  messageBytes: whole(smallestMessageBytes, largestMessageBytes),
  intervalMilliseconds: whole(50, longestInterval),
  maxThreads: whole(1, 100_000),
  /** How many ports a server listens on: one has some 28,000 ports towards each address of a client. */
  ports: whole(1, 1_000),
  /** Length of the accept queue that a server asks for. */
  backlog: whole(1, 65_535),
  /** Of the link between server and fleet, where its card does not know it. */
  linkMegabitsPerSecond: whole(1, 1_000_000).optional(),
  /** Time between two lines of counters of a server; divides the interval, so that a hold can end with both. */
  reportMilliseconds: whole(50, 60_000),
  /** Cores of their own for servers and fleet; absent where the kernel places them. */
  pinning: pinningSchema.optional(),
  /** Time between two samples of the agent. */
  sampleMilliseconds: whole(100, 3_600_000),
  /** How often each server is built; the median counts. */
  buildRuns: whole(1, 100),
  /** The server is killed when less of the machine's memory is available. */
  memoryGuardShare: share,
  /** The most that a server on another machine may take, by its cgroup; absent: what that machine has. */
  serverMemoryBytes: whole(2 ** 26, 2 ** 40).optional(),
  /** Servers are built, to be timed, on the machine that they run on; what runs is still built here. */
  compileOnTarget: z.boolean().optional(),
  /** What the fleet can send at all, and whether it sees a server that stands still. */
  calibration: z.object({
    /** Each client sends as often, and each step has this many times the clients of the one before. */
    intervalMilliseconds: whole(50, 1_000),
    firstClients: whole(1, 100_000),
    growth: z.number().min(1.01).max(10),
    mostClients: whole(1, 100_000),
    stepMilliseconds: whole(100, 600_000),
    /** How much must be seen of a server that is made to stand still, in a window that long. */
    seenStallMilliseconds: whole(100, 60_000),
    stallWindowMilliseconds: whole(1_000, 600_000),
  }),
  memory: z.object({
    clients: whole(1, 100_000),
    /** Of the idle server, before the first client. */
    idleMilliseconds: whole(1, 3_600_000),
    warmUpMilliseconds: whole(1, 3_600_000),
    windowMilliseconds: whole(1, longestHold),
  }),
  ramp: z.object({
    clients: whole(1, 1_000_000),
    /** How many steps lead to it, and by what each is larger than the one before. */
    steps: whole(1, 40),
    growth: z.number().min(1.01).max(10),
    /** How far apart, as a share, the clients held and the clients not held may be in the end. */
    bracketShare: z.number().min(0.001).max(1),
    connectPerSecond: whole(1, 100_000),
    maxHandshakesInFlight: whole(1, 10_000),
    connectTimeoutMilliseconds: whole(100, 600_000),
    silentHoldMilliseconds: whole(1, 3_600_000),
    sendingHoldMilliseconds: whole(1, longestHold),
    /** How often a void step is held again, before the ramp ends: it says nothing about the server. */
    voidRetries: whole(0, 10),
    /** A search that is not through by then ends, and its bracket is as wide as it is. */
    limitMilliseconds: whole(1_000, Number.MAX_SAFE_INTEGER),
  }),
  /** Clients that come, say one thing and go: open loop, at each of these rates, or else at rising ones to the knee. */
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
    /** Of the messages scheduled in a hold, the share that must be parsed in it. */
    parsedShare: share,
    /** p99 of the corrected latency, at most this many intervals. */
    p99Intervals: z.number().min(0.001).max(1_000),
    /** p99 of the fleet's own lateness, as a share of the interval: beyond it the step is void. */
    latenessShare: share,
    /** Busy share of a fleet process's loop beyond which the step is void. */
    fleetBusyShare: share,
  }),
  fleet: z.object({
    /** Descriptors decide how many clients one process can hold, cores how many processes there should be. */
    clientsPerProcess: whole(1, 60_000),
    pingsPerSecond: whole(0, 100_000),
  }),
});

export type Config = z.infer<typeof configSchema>;
