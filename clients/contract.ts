import * as z from 'zod';
import { largestMessageBytes, smallestMessageBytes } from '../servers/contract/message.ts';

/**
 * How `node` is to be started for clients/main.ts. A small young generation: it is half empty while messages are sent,
 * but 70 MB of it stay resident after 10,000 connections, which look like memory of the clients.
 */
export const fleetNodeOptions = ['--max-semi-space-size=4'];

/**
 * And in which environment: glibc is to give each large buffer pages of its own (mallopt(3)). From its heap, the 16 KB
 * that Node allocates for a connection's first message would be resident whole, though 9 KB of them are ever touched.
 */
export const fleetEnvironment = {
  MALLOC_MMAP_THRESHOLD_: '16384',
  MALLOC_TOP_PAD_: '0',
  MALLOC_TRIM_THRESHOLD_: '268435456',
};

/**
 * What the harness tells a fleet process on its stdin, and what the process prints on its stdout: JSON, one object a
 * line. A fleet process ends when its stdin does, so that it never outlives the harness.
 */
const count = z.int().nonnegative();
const milliseconds = z.number().nonnegative();

export const fleetConfigurationSchema = z.object({
  type: z.literal('configure'),
  /** Which process of the fleet this is, from 0; seeds its random phases together with `seed`. */
  index: count,
  seed: count,
  /** Where to connect: clients take the ports in turn. */
  host: z.string(),
  ports: z.array(z.int().min(1).max(65_535)).min(1),
  /** The name the server's certificate must bear. */
  serverName: z.string(),
  /** The CA that clients verify the server against, PEM. */
  ca: z.string(),
  cipher: z.string(),
  /** Source addresses, taken in turn; none leaves the choice to the kernel. */
  localAddresses: z.array(z.union([z.ipv4(), z.ipv6()])),
  messageBytes: z.int().min(smallestMessageBytes).max(largestMessageBytes),
  intervalMilliseconds: z.int().positive(),
  /**
   * Timed messages per second that this process aims at, over all its clients. Each message is chosen with the same
   * probability, whatever the server still owes its client. With 0 none is timed.
   */
  pingsPerSecond: z.number().nonnegative(),
  maxHandshakesInFlight: z.int().positive(),
  /** TCP, TLS and upgrade together; of an arrival, the time to its pong. */
  connectTimeoutMilliseconds: z.int().positive(),
});

export const fleetCommandSchema = z.discriminatedUnion('type', [
  fleetConfigurationSchema,
  /**
   * Have `clients` clients in all, opening new ones at `perSecond` or closing some with 1000; answered by `connected`
   * when all attempts and close handshakes have ended. Failed attempts are not repeated until the next `connect`, and
   * when too many have failed, no more are made.
   */
  z.object({ type: z.literal('connect'), clients: count, perSecond: z.number().positive() }),
  /** From now on every client sends one message per interval (or falls silent again). */
  z.object({ type: z.literal('send'), on: z.boolean() }),
  /** Start a measured window: histograms and counts begin at zero. */
  z.object({ type: z.literal('measure'), window: z.string() }),
  /** End the window; answered by `window`. */
  z.object({ type: z.literal('report') }),
  /**
   * For this long, at this rate: open a client, send one message, await the pong behind it, close with 1000. Open loop:
   * an arrival is due when it is due, whatever became of those before it, and `maxHandshakesInFlight` does not hold it
   * back. Answered by `arrived` when all have ended. Not together with `connect`, and not while clients are open.
   */
  z.object({
    type: z.literal('arrive'),
    perSecond: z.number().positive(),
    durationMilliseconds: z.int().positive(),
  }),
  /** Answered at once by `clock`, at any time. */
  z.object({ type: z.literal('clock') }),
  /** Close every client with 1000 and exit. */
  z.object({ type: z.literal('stop') }),
]);

/** How many arrivals are due before this time is over, the first one at once. */
export function arrivalsWithin(perSecond: number, durationMilliseconds: number): number {
  const arrivals = (durationMilliseconds * perSecond) / 1_000;
  // Not one more for what a product of fractions is off by.
  return Math.max(1, Math.ceil(arrivals - 1e-6));
}

/** Why a connection could not be opened. */
export const failureKinds = [
  'refused',
  'reset',
  'timeout',
  'tls',
  'upgrade',
  /** No free source port (EADDRNOTAVAIL, EADDRINUSE). */
  'ports',
  /** No free descriptor in the fleet process (EMFILE, ENFILE). */
  'descriptors',
  'other',
] as const;
export type FailureKind = (typeof failureKinds)[number];

const failuresSchema = z.partialRecord(z.enum(failureKinds), count);
/** Sessions that ended without being asked to, by close code (1006: no close frame). */
const closeCodesSchema = z.record(z.string(), count);

export const fleetLineSchema = z.discriminatedUnion('type', [
  /** Answers `configure`: clients can be opened. */
  z.object({ type: z.literal('ready'), pid: count }),
  /** CLOCK_MONOTONIC of its machine, read when `clock` came. */
  z.object({ type: z.literal('clock'), monotonicMilliseconds: milliseconds }),
  /** Every connection asked for has been tried. */
  z.object({
    type: z.literal('connected'),
    open: count,
    /** Failures of this `connect` command alone. */
    failures: failuresSchema,
    /** First TCP attempt to last upgrade of this command. */
    durationMilliseconds: milliseconds,
    /** TCP connect to upgrade, of the connections opened by this command: an HDR histogram of microseconds. */
    connectMicroseconds: z.string(),
    /** As negotiated, with the number of connections that had it: "TLSv1.3 TLS_AES_128_GCM_SHA256". */
    negotiated: z.record(z.string(), count),
    /** Handshakes that resumed an earlier session; must be 0. */
    resumed: count,
  }),
  /** Every arrival has ended, well or not. Times begin when it was due (corrected) or begun; of those that ended well. */
  z.object({
    type: z.literal('arrived'),
    /**
     * Arrivals due, and so begun; each ended well, or stands in `failures`. With 10,000 in flight further ones wait:
     * their waiting is lateness, and counts in the corrected times.
     */
    due: count,
    /** Pong received, and closed. */
    finished: count,
    /** `reset`: a session that ended before its pong, by whatever code. `timeout`: or one that the server did not close. */
    failures: failuresSchema,
    /** From when the first arrival was due to the end of the last one that ended well. */
    durationMilliseconds: milliseconds,
    /** From when the first arrival was due to the end of the last one, well or not; CPU time is of this time. */
    elapsedMilliseconds: milliseconds,
    /** TCP connect to upgrade, and TCP connect to pong; HDR histograms of microseconds. */
    correctedConnectMicroseconds: z.string(),
    connectMicroseconds: z.string(),
    correctedPongMicroseconds: z.string(),
    pongMicroseconds: z.string(),
    /** How late arrivals were begun. */
    latenessMicroseconds: z.string(),
    negotiated: z.record(z.string(), count),
    resumed: count,
    cpuUserMicroseconds: count,
    cpuSystemMicroseconds: count,
  }),
  /**
   * Once a second from `ready`. Counts are since the start of the process. Arrivals are in them like other clients, but
   * for their messages: `scheduled` to `pongs` are of `send` alone.
   */
  z.object({
    type: z.literal('sample'),
    monotonicMilliseconds: milliseconds,
    open: count,
    connecting: count,
    failures: failuresSchema,
    closeCodes: closeCodesSchema,
    scheduled: count,
    sent: count,
    /** Messages not sent at their time because the server had not taken the client's earlier ones. */
    suppressed: count,
    /** Timed messages that a pong answered. */
    pongs: count,
    /**
     * Of the timed messages that a pong answered since the sample before, from the scheduled send; to be watched, for
     * those that nothing has answered are not in it. Absent when none was answered, and in older records.
     */
    correctedP99Milliseconds: milliseconds.optional(),
    cpuUserMicroseconds: count,
    cpuSystemMicroseconds: count,
    rssBytes: count,
    eventLoopUtilisation: z.number(),
    eventLoopDelayP99Milliseconds: milliseconds,
  }),
  /** What happened between `measure` and `report`. Histograms: HDR, V2 compressed, base64, of microseconds. */
  z.object({
    type: z.literal('window'),
    window: z.string(),
    durationMilliseconds: milliseconds,
    open: count,
    /** Sessions lost during the window. */
    lost: count,
    closeCodes: closeCodesSchema,
    scheduled: count,
    sent: count,
    suppressed: count,
    /** Timed messages, due in the window, that a pong answered. */
    pongs: count,
    /**
     * Timed messages, due in the window, still unanswered at its end or when their session ended, those that could not
     * even leave among them. Each stands in `correctedMicroseconds` with the time it had waited by then. A client that
     * was stuck before the window has its messages here like any other.
     */
    outstanding: count,
    /**
     * How many timed messages, due in the window, were waiting for their pong on average over its time. Absent in records of
     * version 2.
     */
    waitingMean: z.number().nonnegative().optional(),
    /**
     * From the scheduled send to the first pong of a ping behind the message, of `pongs` and `outstanding`. A suppressed
     * message has its ping behind the next one that leaves.
     */
    correctedMicroseconds: z.string(),
    /** From the actual send to the pong, of those `pongs` whose message left itself. */
    uncorrectedMicroseconds: z.string(),
    /** How late messages were handed to the kernel. */
    latenessMicroseconds: z.string(),
    cpuUserMicroseconds: count,
    cpuSystemMicroseconds: count,
  }),
  /**
   * Last: every message handed to the kernel, and sessions that did not end by the close handshake, since the start. Absent
   * in records of version 2.
   */
  z.object({ type: z.literal('stopped'), sent: count.optional(), lost: count.optional() }),
  /** The process cannot go on; it exits with 1 after this line. */
  z.object({ type: z.literal('failed'), code: z.string(), message: z.string() }),
]);

export type FleetConfiguration = z.infer<typeof fleetConfigurationSchema>;
export type FleetCommand = z.infer<typeof fleetCommandSchema>;
export type FleetArrive = Extract<FleetCommand, { type: 'arrive' }>;
export type FleetLine = z.infer<typeof fleetLineSchema>;
export type FleetSample = Extract<FleetLine, { type: 'sample' }>;
export type FleetStopped = Extract<FleetLine, { type: 'stopped' }>;
export type FleetWindow = Extract<FleetLine, { type: 'window' }>;
export type FleetArrived = Extract<FleetLine, { type: 'arrived' }>;
export type FleetConnected = Extract<FleetLine, { type: 'connected' }>;
