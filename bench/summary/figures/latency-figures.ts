import { milliseconds } from '../../text/format.ts';
import type { FigureRow, TableRow } from './figure-row.ts';
import { atMemory, memoryLoad } from './plan-words.ts';

const corrected: TableRow = {
  label: 'Latency p50 / p99 / max',
  plan: memoryLoad,
  how: (plan) =>
    `time from when a message was due to the websocket pong behind it, so that waiting counts (corrected for coordinated omission); ${atMemory(plan)}`,
  format: milliseconds,
};

const uncorrected: TableRow = {
  label: 'Latency from the actual send, p50 / p99',
  plan: memoryLoad,
  how: 'time from when a message was sent to the websocket pong behind it: this leaves out how late the client itself was, its timer included',
  format: milliseconds,
};

/** Latencies in the window of the memory phase, over all clients. */
export const latencyFigures = {
  latencyP50Milliseconds: {
    unit: 'milliseconds',
    better: 'less',
    meaning: 'Median time from when a message was due to the pong behind it.',
    details:
      'The pong cannot come before the server has parsed the message. Waiting counts, even when the client itself was late (no coordinated omission).',
    row: corrected,
    from: 'memory',
    take: (trial) => trial.corrected?.p50Milliseconds,
  },
  latencyP99Milliseconds: {
    unit: 'milliseconds',
    better: 'less',
    meaning: '99th percentile of the time from when a message was due to the pong behind it.',
    row: corrected,
    verdict: { as: 'p99', subject: 'Latency, p99' },
    from: 'memory',
    take: (trial) => trial.corrected?.p99Milliseconds,
  },
  latencyMaxMilliseconds: {
    unit: 'milliseconds',
    better: 'less',
    meaning: 'Longest time from when a message was due to the pong behind it.',
    row: corrected,
    from: 'memory',
    take: (trial) => trial.corrected?.maxMilliseconds,
  },
  uncorrectedLatencyP50Milliseconds: {
    unit: 'milliseconds',
    better: 'less',
    meaning: 'Median time from when a message was sent to the pong behind it.',
    details:
      "It differs from `latencyP50Milliseconds` by the fleet's own lateness, at best about a millisecond of its timer.",
    row: uncorrected,
    from: 'memory',
    take: (trial) => trial.uncorrected?.p50Milliseconds,
  },
  uncorrectedLatencyP99Milliseconds: {
    unit: 'milliseconds',
    better: 'less',
    meaning: '99th percentile of the time from when a message was sent to the pong behind it.',
    row: uncorrected,
    verdict: { as: 'p99', subject: 'Latency from the actual send, p99' },
    from: 'memory',
    take: (trial) => trial.uncorrected?.p99Milliseconds,
  },
  latenessP99Milliseconds: {
    unit: 'milliseconds',
    meaning: '99th percentile of how late the fleet sent a message.',
    from: 'memory',
    take: (trial) => trial.lateness?.p99Milliseconds,
  },
} as const satisfies Record<string, FigureRow>;
