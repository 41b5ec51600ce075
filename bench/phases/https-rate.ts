import { z } from 'zod';
import type { HttpsLine } from '../../clients/https/contract.ts';
import type { CountersLine } from '../../servers/contract/lines.ts';

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

/** Undefined when the server's counters did not come twice while requests were sent. Pure. */
export function httpsRate(
  { reconnect, connections }: Pick<HttpsRate, 'reconnect' | 'connections'>,
  lines: readonly CountersLine[],
  requested: Extract<HttpsLine, { type: 'requested' }>,
): HttpsRate | undefined {
  const [first, last] = [lines[0], lines.at(-1)];
  if (first === undefined || last === undefined || first === last) return undefined;
  const serverMilliseconds = last.monotonicMilliseconds - first.monotonicMilliseconds;
  const serverAnswered = last.counters.healthChecks - first.counters.healthChecks;
  const accepted = last.counters.accepted - first.counters.accepted;
  const cpu =
    last.cpuUserMicroseconds + last.cpuSystemMicroseconds - first.cpuUserMicroseconds - first.cpuSystemMicroseconds;
  return {
    reconnect,
    connections,
    answeredPerSecond: (serverAnswered / serverMilliseconds) * 1_000,
    acceptedPerSecond: (accepted / serverMilliseconds) * 1_000,
    serverMilliseconds,
    serverAnswered,
    ...(serverAnswered > 0 && { serverCpuMicrosecondsPerRequest: cpu / serverAnswered }),
    clientAnswered: requested.answered,
    clientOthers: requested.others,
    clientErrors: requested.errors,
    clientTimeouts: requested.timeouts,
    p50Milliseconds: requested.p50Milliseconds,
    p99Milliseconds: requested.p99Milliseconds,
    maxMilliseconds: requested.maxMilliseconds,
  };
}
