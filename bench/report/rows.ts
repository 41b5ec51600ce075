import type { ContenderSummary } from '../contender-summary.ts';
import type { Entrant } from '../entrants.ts';
import type { ComparedName } from '../pairs.ts';
import type { PhaseName } from '../profiles.ts';
import { isMeasured } from '../stats/figure.ts';
import type { Summary } from '../summary.ts';
import {
  kilobytes,
  megabytes,
  microseconds,
  milliseconds,
  percent,
  seconds,
  show,
  showSeveral,
  whole,
} from './format.ts';
import { showMaxClients, showStops } from './max-clients.ts';
import { type NamedPair, verdictText } from './verdict-text.ts';

/** One line of the comparison, ready to print in any form. */
export interface Row {
  label: string;
  /** One text a contender, in the order of the columns. */
  cells: string[];
  /** What the trials bear out, one text a pair of contenders. */
  verdicts: string[];
  /** How the figure was measured, in a sentence. */
  how: string;
}

interface RowRule {
  label: string;
  /** Left out when it was not to be measured. */
  phase: PhaseName;
  how: string;
  cell: (contender: ContenderSummary) => string;
  /** What the verdict is of; in a row of several figures, which of them it is. Absent where nothing can be better. */
  verdict?: ComparedName;
  verdictOf?: string;
}

/** Pure: summary -> rows. The rows of the post that this suite answers come first. */
export function comparisonRows(summary: Summary): Row[] {
  const contenders = columnsOf(summary).flatMap((name) => summary.contenders[name] ?? []);
  return contenderRows(summary, contenders, summary.pairs);
}

/** The same of any contenders that were measured by this plan. Pure. */
export function contenderRows(summary: Summary, contenders: ContenderSummary[], pairs: readonly NamedPair[]): Row[] {
  return rules(summary)
    .filter(({ phase }) => summary.config.phases.includes(phase))
    .map(({ label, how, cell, verdict, verdictOf }) => ({
      label,
      how,
      cells: contenders.map(cell),
      verdicts: pairs.map((pair) => (verdict === undefined ? '' : verdictText(pair, verdict, verdictOf))),
    }));
}

/** One a pair of contenders; none where one trial cannot bear any. */
export function verdictColumns({ config, pairs }: Summary): string[] {
  if (config.trials === 1) return [];
  return pairs.length === 1 ? ['verdict'] : pairs.map(({ first, second }) => `${first} or ${second}`);
}

export function columnsOf(summary: Summary): Entrant[] {
  return summary.config.contenders.filter((name) => summary.contenders[name] !== undefined);
}

function rules({ config, isSameMachine }: Summary): RowRule[] {
  const { memory, ramp, criteria, arrivals, https } = config;
  const interval = formatInterval(config.intervalMilliseconds);
  const atMemory = `${memory.clients} clients, one message ${interval}`;
  // A figure of a compiler or of Node is one of the machine that it ran on, or is for.
  const builtHere = isSameMachine ? '' : ", built on the fleet's machine";
  const timedThere = config.compileOnTarget === true ? ', built on the target' : builtHere;
  return [
    {
      label: 'Compile time',
      phase: 'build',
      how: `type-check (tsc) and bundle (esbuild) of the one server from clean, two native programs after each other${timedThere}`,
      verdict: 'compileMilliseconds',
      cell: (c) => show(c.compileMilliseconds, milliseconds),
    },
    {
      label: 'Size (bundle)',
      phase: 'build',
      how: 'minified JavaScript of the server and, where it has one, its worker: the files that are then started',
      verdict: 'bundleBytes',
      cell: (c) => show(c.bundleBytes, kilobytes),
    },
    {
      label: `Memory at ${memory.clients} clients`,
      phase: 'memory',
      how: `resident set (VmRSS) of the server process, ${atMemory}: median of the samples of the window`,
      verdict: 'rssBytes',
      cell: (c) => show(c.rssBytes, megabytes),
    },
    {
      label: 'Max clients connected',
      phase: 'connected',
      how: `silent clients, all of them up and none lost in a hold of ${seconds(ramp.silentHoldMilliseconds)}; then the lowest number that was not held, at most ${percent(ramp.bracketShare)} above it unless the search ran out of time; ≥ where the server was not what ended the search`,
      verdict: 'maxClientsConnected',
      cell: (c) => showMaxClients(c.maxClientsConnected),
    },
    {
      label: `Max clients at one message ${interval}`,
      phase: 'sending',
      how: `the same with every client sending, and besides: at least ${percent(criteria.parsedShare)} of the messages due parsed within the hold of ${seconds(ramp.sendingHoldMilliseconds)}, p99 of the corrected latency at most ${criteria.p99Intervals} ${criteria.p99Intervals === 1 ? 'interval' : 'intervals'}, and the fleet on time (lateness p99 at most ${percent(criteria.latenessShare)} of the interval, its loops busy at most ${percent(criteria.fleetBusyShare)})`,
      verdict: 'maxClientsSending',
      cell: (c) => showMaxClients(c.maxClientsSending),
    },
    {
      label: 'Bundle, gzip / brotli',
      phase: 'build',
      how: 'the same files compressed (gzip 9, brotli 11)',
      verdict: 'bundleBrotliBytes',
      verdictOf: 'brotli',
      cell: (c) => showSeveral([c.bundleGzipBytes, c.bundleBrotliBytes], kilobytes),
    },
    {
      label: 'Single executable',
      phase: 'build',
      how: `node --build-sea: Node with the server inside, and the worker beside it; mostly Node itself${builtHere}`,
      verdict: 'executableBytes',
      cell: (c) => show(c.executableBytes, megabytes),
    },
    {
      label: 'Memory, idle server',
      phase: 'memory',
      how: 'resident set before the first client',
      verdict: 'idleRssBytes',
      cell: (c) => show(c.idleRssBytes, megabytes),
    },
    {
      label: 'Memory per client',
      phase: 'memory',
      how: `(memory at ${memory.clients} clients - idle) / clients`,
      verdict: 'rssBytesPerClient',
      cell: (c) => show(c.rssBytesPerClient, kilobytes),
    },
    {
      label: 'Peak memory',
      phase: 'memory',
      how: 'highest resident set from start to the end of the window (VmHWM)',
      verdict: 'peakRssBytes',
      cell: (c) => show(c.peakRssBytes, megabytes),
    },
    {
      label: 'V8 heap in use',
      phase: 'memory',
      how: 'of the main thread and all connection threads, as the server reports it, in the same window',
      verdict: 'heapUsedBytes',
      cell: (c) => show(c.heapUsedBytes, megabytes),
    },
    {
      label: 'Threads',
      phase: 'memory',
      how: `of the server process at ${memory.clients} clients`,
      verdict: 'threads',
      cell: (c) => show(c.threads, whole),
    },
    {
      label: 'CPU per message',
      phase: 'memory',
      how: `user and system time of the server in the window, less its idle share, by messages parsed; ${atMemory}`,
      verdict: 'cpuMicrosecondsPerMessage',
      cell: (c) => show(c.cpuMicrosecondsPerMessage, microseconds),
    },
    {
      label: 'CPU per message at the most clients',
      phase: 'sending',
      how: 'user and system time of the server by messages parsed, nothing taken off, with the most sending clients that were held',
      cell: (c) => show(c.cpuMicrosecondsPerMessageInRamp, microseconds),
    },
    {
      label: 'Latency p50 / p99 / max',
      phase: 'memory',
      how: `message due to websocket pong behind it, so waiting counts (corrected for coordinated omission); ${atMemory}`,
      verdict: 'latencyP99Milliseconds',
      verdictOf: 'p99',
      cell: (c) =>
        showSeveral([c.latencyP50Milliseconds, c.latencyP99Milliseconds, c.latencyMaxMilliseconds], milliseconds),
    },
    {
      label: 'Latency from the actual send, p50 / p99',
      phase: 'memory',
      how: 'the same without what the client itself was late, which includes its timer: not corrected',
      verdict: 'uncorrectedLatencyP99Milliseconds',
      verdictOf: 'p99',
      cell: (c) =>
        showSeveral([c.uncorrectedLatencyP50Milliseconds, c.uncorrectedLatencyP99Milliseconds], milliseconds),
    },
    {
      label: 'TLS connections per second at the knee',
      phase: 'arrivals',
      how:
        arrivals.ratesPerSecond.length === 0
          ? `clients that come, open TLS and websocket, send one message, await its pong and leave, open loop, each rate ${arrivals.growth} times the one before from ${arrivals.firstPerSecond}/s: what was achieved at the last rate before the median latency was ${arrivals.latencyGrowth} times that of the step before, or more than ${percent(arrivals.failureShare)} failed; ≥ where that was not seen`
          : `the same at the rates asked for (${arrivals.ratesPerSecond.join(', ')} a second): what was achieved at the last one that was kept`,
      verdict: 'tlsConnectionsPerSecond',
      cell: (c) =>
        `${isMeasured(c.tlsConnectionsPerSecond) && !c.tlsConnectionsHaveKnee ? '≥ ' : ''}${show(c.tlsConnectionsPerSecond, whole)}`,
    },
    {
      label: 'TLS connection time at the knee, p50 / p99',
      phase: 'arrivals',
      how: 'from when the client was due to the upgrade, so waiting counts, at that rate',
      cell: (c) => showSeveral([c.tlsConnectionP50Milliseconds, c.tlsConnectionP99Milliseconds], milliseconds),
    },
    {
      label: 'HTTPS requests per second, kept / new connections',
      phase: 'https',
      how: `GET /healthz by autocannon over ${https.connections} connections, kept or each request over a new one; by the server's own count`,
      verdict: 'httpsRequestsPerSecond',
      verdictOf: 'kept',
      cell: (c) => showSeveral([c.httpsRequestsPerSecond, c.httpsRequestsPerSecondReconnecting], whole),
    },
    {
      label: 'What stopped the connected clients',
      phase: 'connected',
      how: 'the earliest cause that the evidence supports, and any that came later',
      cell: (c) => showStops(c.maxClientsConnected),
    },
    {
      label: 'What stopped the sending clients',
      phase: 'sending',
      how: 'likewise',
      cell: (c) => showStops(c.maxClientsSending),
    },
  ];
}

/** "every second", "every 250 ms". */
export function formatInterval(interval: number): string {
  return interval === 1_000 ? 'a second' : `every ${milliseconds(interval)}`;
}
