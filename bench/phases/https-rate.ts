import type { HttpsLine } from '../../clients/https/contract.ts';
import type { CountersLine } from '../../servers/contract/lines.ts';
import type { HttpsRate } from '../record/https-rate.ts';

/**
 * Rate from the server's own counters; undefined with fewer than two lines of counters while requests were sent. Pure.
 */
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
