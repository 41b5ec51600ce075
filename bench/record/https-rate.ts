import { z } from 'zod';

const count = z.int().nonnegative();

const milliseconds = z.number().nonnegative();

/** Rate of plain HTTPS requests, over kept connections or (`reconnect`) each over a new one. */
export const httpsRateSchema = z.object({
  reconnect: z.boolean(),
  connections: count,
  /** From the server's own counters, between two of its lines: requests answered, and connections accepted for them. */
  answeredPerSecond: z.number().nonnegative(),
  acceptedPerSecond: z.number().nonnegative(),
  serverMilliseconds: milliseconds,
  serverAnswered: count,
  serverCpuMicrosecondsPerRequest: z.number().nonnegative().optional(),
  /** Counts of the client over its whole time; with `reconnect` it misses some answers. */
  clientAnswered: count,
  clientOthers: count,
  clientErrors: count,
  clientTimeouts: count,
  p50Milliseconds: milliseconds,
  p99Milliseconds: milliseconds,
  maxMilliseconds: milliseconds,
});

export type HttpsRate = z.infer<typeof httpsRateSchema>;
