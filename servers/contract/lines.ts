import * as z from 'zod/mini';
import { counterNames } from './counters.ts';

/**
 * Everything that a server process prints on its stdout: one JSON object per line. A program in any language that takes
 * the arguments of `servers/main.ts` and prints these lines can be measured.
 */
const count = z.int().check(z.nonnegative());
const milliseconds = z.number().check(z.nonnegative());
const counterShape = Object.fromEntries(counterNames.map((name) => [name, count])) as Record<
  (typeof counterNames)[number],
  typeof count
>;

/** Printed once, when every port listens. */
export const readyLineSchema = z.object({
  type: z.literal('ready'),
  model: z.string(),
  pid: count,
  ports: z.array(count),
  cipher: z.string(),
  /** What the server cannot do on this machine, one sentence each; usually empty. */
  limitations: z.array(z.string()),
});

/**
 * Printed every --report-ms (a second by default) and once at the end: counts since the start, and gauges since the
 * previous line.
 */
export const countersLineSchema = z.object({
  type: z.literal('counters'),
  /** CLOCK_MONOTONIC of the server's host. */
  monotonicMilliseconds: milliseconds,
  counters: z.object(counterShape),
  /** CPU time of the whole process since its start, by getrusage(2), which counts finer than /proc. */
  cpuUserMicroseconds: count,
  cpuSystemMicroseconds: count,
  /** Used V8 heap of the main thread, and of all connection threads as each last reported it. */
  heapUsedBytes: count,
  threadHeapUsedBytes: count,
  /** Event loop that accepts connections: share of time it was busy (0 to 1), and how late its timers ran. */
  eventLoopUtilisation: z.number(),
  eventLoopDelayP99Milliseconds: milliseconds,
  eventLoopDelayMaxMilliseconds: milliseconds,
  /** Garbage collections of the main thread since the start. */
  gcCount: count,
  gcMilliseconds: milliseconds,
});

/** Printed last, after an orderly stop. */
export const stoppedLineSchema = z.object({
  type: z.literal('stopped'),
  /** Signal that stopped the server. A server whose parent dies ends at once and prints nothing. */
  reason: z.string(),
  /** Websocket sessions that the server cut because their clients did not answer the close frame. */
  cut: count,
});

export const serverLineSchema = z.discriminatedUnion('type', [readyLineSchema, countersLineSchema, stoppedLineSchema]);

export type ReadyLine = z.infer<typeof readyLineSchema>;
export type CountersLine = z.infer<typeof countersLineSchema>;
export type StoppedLine = z.infer<typeof stoppedLineSchema>;
export type ServerLine = z.infer<typeof serverLineSchema>;
