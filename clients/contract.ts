import * as z from 'zod';
import { largestMessageBytes, smallestMessageBytes } from '../servers/contract/message.ts';

/**
 * Options of `node` for clients/main.ts: a small young generation. The default one is half empty while messages are
 * sent, but 70 MB of it stay resident after 10,000 connections and look like memory of the clients.
 */
export const fleetNodeOptions = ['--max-semi-space-size=4'];

/**
 * Environment of clients/main.ts: glibc gives each large buffer pages of its own (mallopt(3)). On glibc's heap the 16
 * KB that Node allocates for a connection's first message would be fully resident, although only 9 KB of them are ever
 * touched.
 */
export const fleetEnvironment = {
  MALLOC_MMAP_THRESHOLD_: '16384',
  MALLOC_TOP_PAD_: '0',
  MALLOC_TRIM_THRESHOLD_: '268435456',
};

/**
 * Protocol of a fleet process: the harness writes commands to its stdin, and the process prints lines on its stdout,
 * one JSON object per line. A fleet process ends when its stdin ends, so that it never outlives the harness.
 */
const count = z.int().nonnegative();
const milliseconds = z.number().nonnegative();

export const fleetConfigurationSchema = z.object({
  type: z.literal('configure'),
  /** Number of this process in the fleet, from 0; it seeds the random phases together with `seed`. */
  index: count,
  seed: count,
  /** Host to connect to; clients take the `ports` in turn. */
  host: z.string(),
  ports: z.array(z.int().min(1).max(65_535)).min(1),
  /** Name that the server's certificate must contain. */
  serverName: z.string(),
  /** CA certificate that clients verify the server against, PEM. */
  ca: z.string(),
  cipher: z.string(),
  /** Source addresses, taken in turn; [] leaves the choice to the kernel. */
  localAddresses: z.array(z.union([z.ipv4(), z.ipv6()])),
  messageBytes: z.int().min(smallestMessageBytes).max(largestMessageBytes),
  intervalMilliseconds: z.int().positive(),
  /**
   * Target number of timed messages per second over all clients of this process. Each message is chosen with the same
   * probability, no matter how many pings its client still waits for. 0 times no message.
   */
  pingsPerSecond: z.number().nonnegative(),
  maxHandshakesInFlight: z.int().positive(),
  /** Time limit in which TCP, TLS and upgrade must complete; for an arrival, the limit until its pong. */
  connectTimeoutMilliseconds: z.int().positive(),
});

export const fleetCommandSchema = z.discriminatedUnion('type', [
  fleetConfigurationSchema,
  /**
   * Brings the number of open clients to `clients`: opens new ones at `perSecond`, or closes some with code 1000.
   * Answered by `connected` when all attempts and close handshakes have ended. Only the next `connect` retries failed
   * attempts, and too many failures end this one early.
   */
  z.object({ type: z.literal('connect'), clients: count, perSecond: z.number().positive() }),
  /** Makes every client send one message per interval from now on, or stops sending. */
  z.object({ type: z.literal('send'), on: z.boolean() }),
  /** Starts a measured window: histograms and counts begin at zero. */
  z.object({ type: z.literal('measure'), window: z.string() }),
  /** Ends the window; answered by `window`. */
  z.object({ type: z.literal('report') }),
  /**
   * Starts `perSecond` arrivals a second for `durationMilliseconds`. Each opens a client, sends one message, awaits the
   * pong of the ping that follows it, and closes with code 1000. Open loop: an arrival starts when it is due, no matter
   * how earlier ones fare, and `maxHandshakesInFlight` does not hold it back. Answered by `arrived` when all have
   * ended. Not allowed during a `connect` or while clients are open.
   */
  z.object({
    type: z.literal('arrive'),
    perSecond: z.number().positive(),
    durationMilliseconds: z.int().positive(),
  }),
  /** Reads the clock; answered at once by `clock`, at any time. */
  z.object({ type: z.literal('clock') }),
  /** Closes every client with code 1000 and exits. */
  z.object({ type: z.literal('stop') }),
]);

/** Number of arrivals that are due within `durationMilliseconds`; the first one is due at once. */
export function arrivalsWithin(perSecond: number, durationMilliseconds: number): number {
  const arrivals = (durationMilliseconds * perSecond) / 1_000;
  // The subtraction keeps a floating-point error from adding an arrival.
  return Math.max(1, Math.ceil(arrivals - 1e-6));
}

/** Reasons why a connection could not be opened. */
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
/** Sessions that this process did not close itself, by close code (1006: no close frame). */
const closeCodesSchema = z.record(z.string(), count);

export const fleetLineSchema = z.discriminatedUnion('type', [
  /** Answers `configure`: clients can be opened. */
  z.object({ type: z.literal('ready'), pid: count }),
  /** Answers `clock`: CLOCK_MONOTONIC of the fleet's machine, read when the command arrived. */
  z.object({ type: z.literal('clock'), monotonicMilliseconds: milliseconds }),
  /** Answers `connect`: every attempt has ended. */
  z.object({
    type: z.literal('connected'),
    open: count,
    /** Failures of this `connect` command alone. */
    failures: failuresSchema,
    /** From the first TCP attempt to the last upgrade of this command. */
    durationMilliseconds: milliseconds,
    /**
     * HDR histogram, in microseconds, of the time from TCP connect to upgrade, for the connections that this command
     * opened.
     */
    connectMicroseconds: z.string(),
    /** Number of connections by negotiated protocol and cipher, such as "TLSv1.3 TLS_AES_128_GCM_SHA256". */
    negotiated: z.record(z.string(), count),
    /** Handshakes that resumed an earlier session; must be 0. */
    resumed: count,
  }),
  /**
   * Answers `arrive`: every arrival has ended. The latency histograms hold successful arrivals only; corrected times
   * start when an arrival was due, the others when it began.
   */
  z.object({
    type: z.literal('arrived'),
    /**
     * Arrivals due, all of which began: the sum of `finished` and all `failures`. With 10,000 in flight further
     * arrivals wait: the wait is lateness, and counts in the corrected times.
     */
    due: count,
    /** Arrivals that received their pong and closed. */
    finished: count,
    /**
     * `reset` includes sessions that ended before their pong, with any close code; `timeout` includes sessions that the
     * server did not close.
     */
    failures: failuresSchema,
    /** From the due time of the first arrival to the end of the last successful one. */
    durationMilliseconds: milliseconds,
    /**
     * From the due time of the first arrival to the end of the last one, successful or not. The CPU times cover this
     * period.
     */
    elapsedMilliseconds: milliseconds,
    /** HDR histograms in microseconds: TCP connect to upgrade, and TCP connect to pong. */
    correctedConnectMicroseconds: z.string(),
    connectMicroseconds: z.string(),
    correctedPongMicroseconds: z.string(),
    pongMicroseconds: z.string(),
    /** HDR histogram in microseconds: time from due to begun, of all arrivals. */
    latenessMicroseconds: z.string(),
    negotiated: z.record(z.string(), count),
    resumed: count,
    cpuUserMicroseconds: count,
    cpuSystemMicroseconds: count,
  }),
  /**
   * Printed once a second after `ready`. Counts are since the start of the process. They include arrivals, except that
   * `scheduled` to `pongs` count only the messages of `send`.
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
    /** Messages not sent when due, because the server had not yet taken the client's earlier ones. */
    suppressed: count,
    /** Timed messages that a pong has answered. */
    pongs: count,
    /**
     * 99th percentile from the scheduled send to the pong, of the timed messages answered since the previous sample.
     * For the live display only, because unanswered messages are not in it. Absent when none was answered, and in older
     * records.
     */
    correctedP99Milliseconds: milliseconds.optional(),
    cpuUserMicroseconds: count,
    cpuSystemMicroseconds: count,
    rssBytes: count,
    eventLoopUtilisation: z.number(),
    eventLoopDelayP99Milliseconds: milliseconds,
  }),
  /** Answers `report`: what happened since `measure`. Histograms: HDR, V2 compressed, base64, in microseconds. */
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
    /** Timed messages due in the window that a pong answered. */
    pongs: count,
    /**
     * Timed messages due in the window but unanswered at its end or at the end of their session, suppressed ones
     * included. `correctedMicroseconds` contains each of them with the time it had waited by then. Messages of a client
     * that was stuck before the window count like any other.
     */
    outstanding: count,
    /**
     * Mean number, over the time of the window, of timed messages due in it that were waiting for their pong. Absent in
     * records of version 2.
     */
    waitingMean: z.number().nonnegative().optional(),
    /**
     * From the scheduled send to the first pong of a ping that follows the message, for `pongs` and `outstanding`. The
     * ping of a suppressed message follows the next message that is sent.
     */
    correctedMicroseconds: z.string(),
    /** From the actual send to the pong, for those `pongs` whose message was not suppressed. */
    uncorrectedMicroseconds: z.string(),
    /** Time from the scheduled send until the message was handed to the kernel. */
    latenessMicroseconds: z.string(),
    cpuUserMicroseconds: count,
    cpuSystemMicroseconds: count,
  }),
  /**
   * The last line: messages handed to the kernel, and sessions that did not end by the close handshake, since the start
   * of the process. Both are absent in records of version 2.
   */
  z.object({ type: z.literal('stopped'), sent: count.optional(), lost: count.optional() }),
  /** The process cannot continue; it exits with code 1 after this line. */
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
