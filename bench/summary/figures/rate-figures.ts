import type { Config } from '../../plan/config.ts';
import { milliseconds, percent, whole } from '../../text/format.ts';
import type { FigureRow, MeasuringPlan, TableRow } from './figure-row.ts';
import { arriving } from './plan-words.ts';

const connectionTime: TableRow = {
  label: 'TLS connection time at the knee, p50 / p99',
  plan: arriving,
  how: 'time from when a client was due to its websocket upgrade, so that waiting counts, at the rate of the knee',
  format: milliseconds,
};

const requests: TableRow = {
  label: 'HTTPS requests per second, kept / new connections',
  plan: ({ config }) => [connections(config)],
  how: ({ config }) =>
    `GET /healthz by autocannon over ${connections(config)}, which are kept, or opened anew for each request; counted by the server`,
  format: whole,
};

/** How many clients and requests a server takes each second. */
export const rateFigures = {
  tlsConnectionsPerSecond: {
    unit: 'per second',
    better: 'more',
    meaning: 'Clients per second (TLS, upgrade, one message, close) at the highest rate that the server kept up with.',
    details:
      'Clients arrive open loop at a set rate: TLS 1.3, websocket upgrade, one message, the pong behind it, close.',
    row: {
      label: 'TLS connections per second at the knee',
      plan: arriving,
      how: (plan) =>
        `clients arrive open loop, open TLS and a websocket, send one message, await its pong and leave, ${ratesOf(plan)}`,
      format: whole,
    },
    knee: 'tlsConnectionsHaveKnee',
    from: 'arrivals',
    take: (knee) => knee?.step.achievedPerSecond,
  },
  tlsConnectionsHaveKnee: {
    kind: 'flag',
    about: 'tlsConnectionsPerSecond',
    meaning: 'True when a higher rate failed. If it is false, the server might take more than tlsConnectionsPerSecond.',
    from: 'arrivals',
    take: (knees) => knees.length > 0 && knees.every((knee) => knee?.isKnee === true),
  },
  tlsConnectionP50Milliseconds: {
    unit: 'milliseconds',
    meaning: 'Median time from when a client was due to its upgrade, at the rate of tlsConnectionsPerSecond.',
    row: connectionTime,
    from: 'arrivals',
    take: (knee) => knee?.step.correctedConnect?.p50Milliseconds,
  },
  tlsConnectionP99Milliseconds: {
    unit: 'milliseconds',
    meaning:
      '99th percentile of the time from when a client was due to its upgrade, at the rate of tlsConnectionsPerSecond.',
    row: connectionTime,
    from: 'arrivals',
    take: (knee) => knee?.step.correctedConnect?.p99Milliseconds,
  },
  httpsRequestsPerSecond: {
    unit: 'per second',
    better: 'more',
    meaning: 'Requests (GET /healthz) per second over kept connections, counted by the server.',
    details:
      "autocannon sends the requests. The figure is the server's own count (`healthChecks`) between two of its lines, because autocannon does not see every answer of a connection that it gives up.",
    row: requests,
    verdict: { as: 'kept', subject: 'HTTPS requests per second, kept connections' },
    from: 'https',
    take: (rates) => rates.find(({ reconnect }) => !reconnect)?.answeredPerSecond,
  },
  httpsRequestsPerSecondReconnecting: {
    unit: 'per second',
    better: 'more',
    meaning: 'Requests (GET /healthz) per second, each over a new connection, counted by the server.',
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
    return `at the rates asked for (${arrivals.ratesPerSecond.join(', ')} a second): clients per second at the last rate that the server kept up with`;
  }
  return `at rates from ${arrivals.firstPerSecond} a second, each ${arrivals.growth} times the one before: clients per second at the last rate before the median latency was ${arrivals.latencyGrowth} times that of the step before, or more than ${percent(arrivals.failureShare)} of the clients failed; ≥ where neither happened`;
}
