import type { PhaseName } from '../plan/names.ts';
import type { ContenderSummary } from '../summary/contender-summary.ts';
import type { ComparedName } from '../summary/pairs.ts';
import type { Summary } from '../summary/summary.ts';
import {
  formatInterval,
  kilobytes,
  megabytes,
  microseconds,
  milliseconds,
  percent,
  seconds,
  whole,
} from '../text/format.ts';
import { maxClientsCell, measured, type RowCell, rateCell, stopsCell } from './cells.ts';

/** One figure, or a few of a kind, of every contender of a run. */
export interface RowRule {
  label: string;
  /** Left out when it was not to be measured. */
  phase: PhaseName;
  /**
   * What it is measured under, as far as figures under another plan are other figures; each a phrase, in an order that
   * is the same of every run. Absent where nothing of a plan bears on it.
   */
  plan?: readonly string[];
  how: string;
  cell: (contender: ContenderSummary) => RowCell;
  /** What the verdict is of; in a row of several figures, which of them it is. Absent where nothing can be better. */
  verdict?: ComparedName;
  verdictOf?: string;
  /** What a sentence about that figure calls it, where that is not the label. */
  subject?: string;
}

/** @property order of its row in the table, whatever other rows there are. */
export interface OrderedRule extends RowRule {
  order: number;
}

/** Those of the phases that a run was to measure, in the order of the table. Pure. */
export function rulesOf(summary: Summary): OrderedRule[] {
  return rules(summary)
    .map((rule, order) => ({ ...rule, order }))
    .filter(({ phase }) => summary.config.phases.includes(phase));
}

function rules({ config, isSameMachine }: Summary): RowRule[] {
  const { memory, ramp, criteria, arrivals, https } = config;
  const interval = formatInterval(config.intervalMilliseconds);
  const atMemory = `${memory.clients} clients, one message ${interval}`;
  const sent = [`one message ${interval}`, `messages of ${whole(config.messageBytes)} bytes`];
  const load = [`${memory.clients} clients`, ...sent];
  const arriving = [
    arrivals.ratesPerSecond.length === 0 ? 'rising rates' : `at ${arrivals.ratesPerSecond.join(', ')} a second`,
    `messages of ${whole(config.messageBytes)} bytes`,
  ];
  const bracket = `then the lowest number that was not held, at most ${percent(ramp.bracketShare)} above it unless the search ran out of time; ≥ where the server was not what ended the search`;
  const requests = [`${https.connections} connections`];
  // A figure of a compiler or of Node is one of the machine that it ran on, or is for.
  const builtHere = isSameMachine ? '' : ", built on the fleet's machine";
  const timedThere = config.compileOnTarget === true ? ', built on the target' : builtHere;
  return [
    {
      label: 'Compile time',
      phase: 'build',
      how: `type-check (tsc) and bundle (esbuild) of this server alone, from clean, one native program after the other${timedThere}`,
      verdict: 'compileMilliseconds',
      cell: (c) => measured(milliseconds, c.compileMilliseconds),
    },
    {
      label: 'Size (bundle)',
      phase: 'build',
      how: 'minified JavaScript of the server and, where it has one, its worker: the files that are then started',
      verdict: 'bundleBytes',
      cell: (c) => measured(kilobytes, c.bundleBytes),
    },
    {
      label: `Memory at ${memory.clients} clients`,
      phase: 'memory',
      plan: load,
      how: `resident set (VmRSS) of the server process, ${atMemory}: median of the samples of the window`,
      verdict: 'rssBytes',
      cell: (c) => measured(megabytes, c.rssBytes),
    },
    {
      label: 'Max clients connected',
      phase: 'connected',
      how: `silent clients, all of them up and none lost in a hold of ${seconds(ramp.silentHoldMilliseconds)}; ${bracket}`,
      verdict: 'maxClientsConnected',
      cell: (c) => maxClientsCell(c.maxClientsConnected),
    },
    {
      label: `Max clients at one message ${interval}`,
      phase: 'sending',
      plan: sent,
      how: `clients that send, all of them up and none lost in a hold of ${seconds(ramp.sendingHoldMilliseconds)}, at least ${percent(criteria.parsedShare)} of the messages due parsed within it, p99 of the corrected latency at most ${criteria.p99Intervals} ${criteria.p99Intervals === 1 ? 'interval' : 'intervals'}, and the fleet on time (lateness p99 at most ${percent(criteria.latenessShare)} of the interval, its loops busy at most ${percent(criteria.fleetBusyShare)}); ${bracket}`,
      verdict: 'maxClientsSending',
      cell: (c) => maxClientsCell(c.maxClientsSending),
    },
    {
      label: 'Bundle, gzip / brotli',
      phase: 'build',
      how: 'the same files compressed (gzip 9, brotli 11)',
      verdict: 'bundleBrotliBytes',
      verdictOf: 'brotli',
      subject: 'Bundle, brotli',
      cell: (c) => measured(kilobytes, c.bundleGzipBytes, c.bundleBrotliBytes),
    },
    {
      label: 'Single executable',
      phase: 'build',
      how: `node --build-sea: Node with the server inside, and the worker beside it; mostly Node itself${builtHere}`,
      verdict: 'executableBytes',
      cell: (c) => measured(megabytes, c.executableBytes),
    },
    {
      label: 'Memory, idle server',
      phase: 'memory',
      how: 'resident set before the first client',
      verdict: 'idleRssBytes',
      cell: (c) => measured(megabytes, c.idleRssBytes),
    },
    {
      label: 'Memory per client',
      phase: 'memory',
      plan: load,
      how: `(memory at ${memory.clients} clients - idle) / clients`,
      verdict: 'rssBytesPerClient',
      cell: (c) => measured(kilobytes, c.rssBytesPerClient),
    },
    {
      label: 'Peak memory',
      phase: 'memory',
      plan: load,
      how: 'highest resident set from start to the end of the window (VmHWM)',
      verdict: 'peakRssBytes',
      cell: (c) => measured(megabytes, c.peakRssBytes),
    },
    {
      label: 'V8 heap in use',
      phase: 'memory',
      plan: load,
      how: 'of the main thread and all connection threads, as the server reports it, in the same window',
      verdict: 'heapUsedBytes',
      cell: (c) => measured(megabytes, c.heapUsedBytes),
    },
    {
      label: 'Threads',
      phase: 'memory',
      plan: load,
      how: `of the server process at ${memory.clients} clients`,
      verdict: 'threads',
      cell: (c) => measured(whole, c.threads),
    },
    {
      label: 'CPU per message',
      phase: 'memory',
      plan: load,
      how: `user and system time of the server in the window, less its idle share, divided by the messages parsed; ${atMemory}`,
      verdict: 'cpuMicrosecondsPerMessage',
      cell: (c) => measured(microseconds, c.cpuMicrosecondsPerMessage),
    },
    {
      label: 'CPU per message at the most clients',
      phase: 'sending',
      plan: sent,
      how: 'user and system time of the server divided by the messages parsed, nothing taken off, with the most sending clients that were held',
      cell: (c) => measured(microseconds, c.cpuMicrosecondsPerMessageInRamp),
    },
    {
      label: 'Latency p50 / p99 / max',
      phase: 'memory',
      plan: load,
      how: `from when a message was due to the websocket pong behind it, so waiting counts (corrected for coordinated omission); ${atMemory}`,
      verdict: 'latencyP99Milliseconds',
      verdictOf: 'p99',
      subject: 'Latency, p99',
      cell: (c) => measured(milliseconds, c.latencyP50Milliseconds, c.latencyP99Milliseconds, c.latencyMaxMilliseconds),
    },
    {
      label: 'Latency from the actual send, p50 / p99',
      phase: 'memory',
      plan: load,
      how: 'the same from when the message left: what the client itself was late, its timer included, is not in it',
      verdict: 'uncorrectedLatencyP99Milliseconds',
      verdictOf: 'p99',
      subject: 'Latency from the actual send, p99',
      cell: (c) => measured(milliseconds, c.uncorrectedLatencyP50Milliseconds, c.uncorrectedLatencyP99Milliseconds),
    },
    {
      label: 'TLS connections per second at the knee',
      phase: 'arrivals',
      plan: arriving,
      how: `clients that come, open TLS and websocket, send one message, await its pong and leave, open loop, ${
        arrivals.ratesPerSecond.length === 0
          ? `each rate ${arrivals.growth} times the one before from ${arrivals.firstPerSecond}/s: what was achieved at the last rate before the median latency was ${arrivals.latencyGrowth} times that of the step before, or more than ${percent(arrivals.failureShare)} failed; ≥ where that was not seen`
          : `at the rates asked for (${arrivals.ratesPerSecond.join(', ')} a second): what was achieved at the last one that was kept`
      }`,
      verdict: 'tlsConnectionsPerSecond',
      cell: (c) => rateCell(c.tlsConnectionsPerSecond, c.tlsConnectionsHaveKnee),
    },
    {
      label: 'TLS connection time at the knee, p50 / p99',
      phase: 'arrivals',
      plan: arriving,
      how: 'from when the client was due to the upgrade, so waiting counts, at that rate',
      cell: (c) => measured(milliseconds, c.tlsConnectionP50Milliseconds, c.tlsConnectionP99Milliseconds),
    },
    {
      label: 'HTTPS requests per second, kept / new connections',
      phase: 'https',
      plan: requests,
      how: `GET /healthz by autocannon over ${https.connections} connections, kept or each request over a new one; by the server's own count`,
      verdict: 'httpsRequestsPerSecond',
      verdictOf: 'kept',
      subject: 'HTTPS requests per second, kept connections',
      cell: (c) => measured(whole, c.httpsRequestsPerSecond, c.httpsRequestsPerSecondReconnecting),
    },
    {
      label: 'What stopped the connected clients',
      phase: 'connected',
      how: 'the earliest cause that the evidence supports, and any that came later',
      cell: (c) => stopsCell(c.maxClientsConnected),
    },
    {
      label: 'What stopped the sending clients',
      phase: 'sending',
      plan: sent,
      how: 'the earliest cause that the evidence supports, and any that came later',
      cell: (c) => stopsCell(c.maxClientsSending),
    },
  ];
}
