import { z } from 'zod';

const count = z.int().nonnegative();

const milliseconds = z.number().nonnegative();

/** Plain HTTPS requests in one way: over connections that are kept, or each over a new one. */
export const httpsRateSchema = z.object({
  reconnect: z.boolean(),
  connections: count,
  /** By the server's own count, between two of its lines: requests answered, and connections accepted for them. */
  answeredPerSecond: z.number().nonnegative(),
  acceptedPerSecond: z.number().nonnegative(),
  serverMilliseconds: milliseconds,
  serverAnswered: count,
  serverCpuMicrosecondsPerRequest: z.number().nonnegative().optional(),
  /** By the client, over its whole time: with `reconnect` it does not see every answer. */
  clientAnswered: count,
  clientOthers: count,
  clientErrors: count,
  clientTimeouts: count,
  p50Milliseconds: milliseconds,
  p99Milliseconds: milliseconds,
  maxMilliseconds: milliseconds,
});

export type HttpsRate = z.infer<typeof httpsRateSchema>;
