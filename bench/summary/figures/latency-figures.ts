import { milliseconds } from '../../text/format.ts';
import type { FigureRow, TableRow } from './figure-row.ts';
import { atMemory, memoryLoad } from './plan-words.ts';

const corrected: TableRow = {
  label: 'Latency p50 / p99 / max',
  plan: memoryLoad,
  how: (plan) =>
    `from when a message was due to the websocket pong behind it, so waiting counts (corrected for coordinated omission); ${atMemory(plan)}`,
  format: milliseconds,
};

const uncorrected: TableRow = {
  label: 'Latency from the actual send, p50 / p99',
  plan: memoryLoad,
  how: 'the same from when the message left: what the client itself was late, its timer included, is not in it',
  format: milliseconds,
};

/** Latencies in the window of the memory phase, over all clients. */
export const latencyFigures = {
  latencyP50Milliseconds: {
    unit: 'milliseconds',
    better: 'less',
    meaning: 'From when a message was due to the pong behind it: the median.',
    details:
      'The pong cannot come before the server has parsed the message. Waiting counts, even when the client itself was late (no coordinated omission).',
    row: corrected,
    from: 'memory',
    take: (trial) => trial.corrected?.p50Milliseconds,
  },
  latencyP99Milliseconds: {
    unit: 'milliseconds',
    better: 'less',
    meaning: 'From when a message was due to the pong behind it: the 99th percentile.',
    row: corrected,
    verdict: { as: 'p99', subject: 'Latency, p99' },
    from: 'memory',
    take: (trial) => trial.corrected?.p99Milliseconds,
  },
  latencyMaxMilliseconds: {
    unit: 'milliseconds',
    better: 'less',
    meaning: 'From when a message was due to the pong behind it: the longest.',
    row: corrected,
    from: 'memory',
    take: (trial) => trial.corrected?.maxMilliseconds,
  },
  uncorrectedLatencyP50Milliseconds: {
    unit: 'milliseconds',
    better: 'less',
    meaning: 'From when a message was sent to the pong behind it: the median.',
    details: "The difference is the fleet's own lateness, about a millisecond of timer at best.",
    row: uncorrected,
    from: 'memory',
    take: (trial) => trial.uncorrected?.p50Milliseconds,
  },
  uncorrectedLatencyP99Milliseconds: {
    unit: 'milliseconds',
    better: 'less',
    meaning: 'From when a message was sent to the pong behind it: the 99th percentile.',
    row: uncorrected,
    verdict: { as: 'p99', subject: 'Latency from the actual send, p99' },
    from: 'memory',
    take: (trial) => trial.uncorrected?.p99Milliseconds,
  },
  latenessP99Milliseconds: {
    unit: 'milliseconds',
    meaning: 'How late the fleet sent: the 99th percentile.',
    from: 'memory',
    take: (trial) => trial.lateness?.p99Milliseconds,
  },
} as const satisfies Record<string, FigureRow>;
