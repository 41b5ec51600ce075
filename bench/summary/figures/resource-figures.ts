import { medianOf } from '../../stats/figure.ts';
import { kilobytes, megabytes, microseconds, whole } from '../../text/format.ts';
import type { FigureRow, TableRow } from './figure-row.ts';
import { cpuPerMessage, slope } from './memory-trial.ts';
import { atMemory, loadWords, memoryLoad, sent } from './plan-words.ts';

const perClientRow: TableRow = {
  label: 'Memory per client',
  plan: memoryLoad,
  how: ({ config }) => `(memory at ${loadWords(config).clients} clients - idle) / clients`,
  format: kilobytes,
};

/** Memory, threads and CPU time of a server: idle, in the window of the memory phase, and with its most clients. */
export const resourceFigures = {
  idleRssBytes: {
    unit: 'bytes',
    better: 'less',
    meaning: 'Resident set (VmRSS) of the server process before the first client.',
    row: { label: 'Memory, idle server', how: 'resident set before the first client', format: megabytes },
    from: 'memory',
    take: (trial) => trial.idleRssBytes,
  },
  rssBytes: {
    unit: 'bytes',
    better: 'less',
    meaning: 'Resident set (VmRSS) of the server process with all clients sending: the median of the window.',
    details: 'From `/proc/PID/status`, once a second.',
    row: {
      label: ({ clients }) => `Memory at ${clients} clients`,
      plan: memoryLoad,
      how: (plan) =>
        `resident set (VmRSS) of the server process, ${atMemory(plan)}: median of the samples of the window`,
      format: megabytes,
      isAsked: true,
    },
    from: 'memory',
    take: (trial) => trial.rssBytes,
  },
  peakRssBytes: {
    unit: 'bytes',
    better: 'less',
    meaning: 'Highest resident set (VmHWM) of the server process, up to the end of the window.',
    row: {
      label: 'Peak memory',
      plan: memoryLoad,
      how: 'highest resident set from start to the end of the window (VmHWM)',
      format: megabytes,
      below: perClientRow,
    },
    from: 'memory',
    take: ({ samples }) => samples.at(-1)?.process.peakRssBytes,
  },
  rssBytesPerClient: {
    unit: 'bytes',
    better: 'less',
    meaning: 'rssBytes minus idleRssBytes, divided by the number of clients.',
    details: 'With few clients it includes one-time costs of the first messages, such as compiled code.',
    row: perClientRow,
    from: 'memory',
    take: ({ idleRssBytes, rssBytes, clients }) =>
      idleRssBytes === undefined || rssBytes === undefined || clients === 0
        ? undefined
        : (rssBytes - idleRssBytes) / clients,
  },
  heapUsedBytes: {
    unit: 'bytes',
    better: 'less',
    meaning: 'V8 heap in use, over all threads of the server.',
    details:
      'The sum over the main thread and all connection threads of the value that each reported last. A thread asleep in `read` cannot be asked, so each reports before it falls asleep, at most every five seconds.',
    row: {
      label: 'V8 heap in use',
      plan: memoryLoad,
      how: (plan) => `sum over the main thread and all connection threads, as the server reports it; ${atMemory(plan)}`,
      format: megabytes,
    },
    from: 'memory',
    take: ({ counters }) => medianOf(counters.map((line) => line.heapUsedBytes + line.threadHeapUsedBytes)),
  },
  threads: {
    unit: 'threads',
    better: 'less',
    meaning: 'Threads of the server process.',
    details: '`Threads` in `/proc/PID/status`.',
    row: {
      label: 'Threads',
      plan: memoryLoad,
      how: ({ config }) => `all threads of the server process at ${loadWords(config).clients} clients`,
      format: whole,
    },
    from: 'memory',
    take: ({ samples }) => medianOf(samples.map((sample) => sample.process.threads)),
  },
  cpuMicrosecondsPerMessage: {
    unit: 'microseconds',
    better: 'less',
    meaning: 'CPU time of the server process per parsed message, without the share that the idle server takes.',
    details:
      "User and system time over the window, from the server's `getrusage(2)`, because `/proc` counts in steps of 10 ms; the record has both.",
    row: {
      label: 'CPU per message',
      plan: memoryLoad,
      how: (plan) =>
        `user and system time of the server in the window, without the share that the idle server takes, divided by the messages parsed; ${atMemory(plan)}`,
      format: microseconds,
    },
    from: 'memory',
    take: ({ counters, idleCounters }) => cpuPerMessage(counters, idleCounters),
  },
  cpuMicrosecondsPerMessageInRamp: {
    unit: 'microseconds',
    meaning:
      'CPU time of the server process per parsed message, with the most sending clients that were held; the idle share is included.',
    row: {
      label: 'CPU per message at the most clients',
      plan: sent,
      how: 'user and system time of the server, including its idle share, divided by the messages parsed, with the most sending clients that were held',
      format: microseconds,
    },
    from: 'mostSending',
    take: (observation) => observation?.serverCpuMicrosecondsPerMessage,
  },
  idleCpuShare: {
    unit: 'share of one core',
    meaning: 'Share of one core that the idle server uses.',
    from: 'memory',
    take: ({ idleCounters }) => slope(idleCounters)?.cpuShare,
  },
} as const satisfies Record<string, FigureRow>;
