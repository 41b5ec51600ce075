import type { Config } from '../../plan/config.ts';
import { milliseconds, percent, whole } from '../../text/format.ts';
import type { FigureRow, MeasuringPlan, TableRow } from './figure-row.ts';
import { arriving } from './plan-words.ts';

const connectionTime: TableRow = {
  label: 'TLS connection time at the knee, p50 / p99',
  plan: arriving,
  how: 'from when the client was due to the upgrade, so waiting counts, at that rate',
  format: milliseconds,
};

const requests: TableRow = {
  label: 'HTTPS requests per second, kept / new connections',
  plan: ({ config }) => [connections(config)],
  how: ({ config }) =>
    `GET /healthz by autocannon over ${connections(config)}, kept or each request over a new one; by the server's own count`,
  format: whole,
};

/** How many clients and requests a second a server takes. */
export const rateFigures = {
  tlsConnectionsPerSecond: {
    unit: 'per second',
    better: 'more',
    meaning: 'TLS, upgrade, one message, close: what was achieved at the highest rate that was kept.',
    details: 'Clients come open loop at a rate: TLS 1.3, websocket upgrade, one message, the pong behind it, close.',
    row: {
      label: 'TLS connections per second at the knee',
      plan: arriving,
      how: (plan) =>
        `clients that come, open TLS and websocket, send one message, await its pong and leave, open loop, ${ratesOf(plan)}`,
      format: whole,
    },
    knee: 'tlsConnectionsHaveKnee',
    from: 'arrivals',
    take: (knee) => knee?.step.achievedPerSecond,
  },
  tlsConnectionsHaveKnee: {
    kind: 'flag',
    about: 'tlsConnectionsPerSecond',
    meaning: 'A higher rate was not kept; else it might take more.',
    from: 'arrivals',
    take: (knees) => knees.length > 0 && knees.every((knee) => knee?.isKnee === true),
  },
  tlsConnectionP50Milliseconds: {
    unit: 'milliseconds',
    meaning: 'At that rate, from when a client was due to its upgrade: the median.',
    row: connectionTime,
    from: 'arrivals',
    take: (knee) => knee?.step.correctedConnect?.p50Milliseconds,
  },
  tlsConnectionP99Milliseconds: {
    unit: 'milliseconds',
    meaning: 'At that rate, from when a client was due to its upgrade: the 99th percentile.',
    row: connectionTime,
    from: 'arrivals',
    take: (knee) => knee?.step.correctedConnect?.p99Milliseconds,
  },
  httpsRequestsPerSecond: {
    unit: 'per second',
    better: 'more',
    meaning: 'GET /healthz over connections that are kept, as the server counted.',
    details:
      "By autocannon. The figure is the server's own count (`healthChecks`) between two of its lines, because autocannon does not see every answer of a connection that it gives up.",
    row: requests,
    verdict: { as: 'kept', subject: 'HTTPS requests per second, kept connections' },
    from: 'https',
    take: (rates) => rates.find(({ reconnect }) => !reconnect)?.answeredPerSecond,
  },
  httpsRequestsPerSecondReconnecting: {
    unit: 'per second',
    better: 'more',
    meaning: 'GET /healthz, each over a connection of its own, as the server counted.',
    row: requests,
    from: 'https',
    take: (rates) => rates.find(({ reconnect }) => reconnect)?.answeredPerSecond,
  },
} as const satisfies Record<string, FigureRow>;

function connections({ https }: Config): string {
  return `${https.connections} connections`;
}

function ratesOf({ config: { arrivals } }: MeasuringPlan): string {
  if (arrivals.ratesPerSecond.length > 0) {
    return `at the rates asked for (${arrivals.ratesPerSecond.join(', ')} a second): what was achieved at the last one that was kept`;
  }
  return `each rate ${arrivals.growth} times the one before from ${arrivals.firstPerSecond}/s: what was achieved at the last rate before the median latency was ${arrivals.latencyGrowth} times that of the step before, or more than ${percent(arrivals.failureShare)} failed; ≥ where that was not seen`;
}
