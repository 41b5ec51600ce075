import type { ContenderName } from '../../servers/contract/contenders.ts';
import type { PhaseName } from '../profiles.ts';
import { type Figure, isMeasured } from '../stats.ts';
import type { ContenderSummary, MaxClients, Summary } from '../summary.ts';

/** One line of the comparison, ready to print in any form. */
export interface Row {
  label: string;
  /** One text a contender, in the order of the columns. */
  cells: string[];
  /** How the figure was measured, in a sentence. */
  how: string;
}

interface RowRule {
  label: string;
  /** Left out when it was not to be measured. */
  phase: PhaseName;
  how: string;
  cell: (contender: ContenderSummary) => string;
}

/** Pure: summary -> rows. The rows of the post that this suite answers come first. */
export function comparisonRows(summary: Summary): Row[] {
  const columns = columnsOf(summary).flatMap((name) => summary.contenders[name] ?? []);
  return rules(summary)
    .filter(({ phase }) => summary.config.phases.includes(phase))
    .map(({ label, how, cell }) => ({ label, how, cells: columns.map(cell) }));
}

export function columnsOf(summary: Summary): ContenderName[] {
  return summary.config.contenders.filter((name) => summary.contenders[name] !== undefined);
}

function rules({ config }: Summary): RowRule[] {
  const { memory, ramp, criteria, arrivals, https } = config;
  const interval = formatInterval(config.intervalMilliseconds);
  const atMemory = `${memory.clients} clients, one message ${interval}`;
  return [
    {
      label: 'Compile time',
      phase: 'build',
      how: 'type-check (tsc) and bundle (esbuild) of the one server from clean, two native programs after each other',
      cell: (c) => show(c.compileMilliseconds, milliseconds),
    },
    {
      label: 'Size (bundle)',
      phase: 'build',
      how: 'minified JavaScript of the server and, where it has one, its worker: the files that are then started',
      cell: (c) => show(c.bundleBytes, kilobytes),
    },
    {
      label: `Memory at ${memory.clients} clients`,
      phase: 'memory',
      how: `resident set (VmRSS) of the server process, ${atMemory}: median of the samples of the window`,
      cell: (c) => show(c.rssBytes, megabytes),
    },
    {
      label: 'Max clients connected',
      phase: 'connected',
      how: `silent clients, all of them up and none lost in a hold of ${seconds(ramp.silentHoldMilliseconds)}; then the lowest number that was not held, at most ${percent(ramp.bracketShare)} above it unless the search ran out of time; ≥ where the server was not what ended the search`,
      cell: (c) => showMaxClients(c.maxClientsConnected),
    },
    {
      label: `Max clients at one message ${interval}`,
      phase: 'sending',
      how: `the same with every client sending, and besides: at least ${percent(criteria.parsedShare)} of the messages due parsed within the hold of ${seconds(ramp.sendingHoldMilliseconds)}, p99 of the corrected latency at most ${criteria.p99Intervals} ${criteria.p99Intervals === 1 ? 'interval' : 'intervals'}, and the fleet on time (lateness p99 at most ${percent(criteria.latenessShare)} of the interval, its loops busy at most ${percent(criteria.fleetBusyShare)})`,
      cell: (c) => showMaxClients(c.maxClientsSending),
    },
    {
      label: 'Bundle, gzip / brotli',
      phase: 'build',
      how: 'the same files compressed (gzip 9, brotli 11)',
      cell: (c) => showSeveral([c.bundleGzipBytes, c.bundleBrotliBytes], kilobytes),
    },
    {
      label: 'Single executable',
      phase: 'build',
      how: 'node --build-sea: Node with the server inside, and the worker beside it; mostly Node itself',
      cell: (c) => show(c.executableBytes, megabytes),
    },
    {
      label: 'Memory, idle server',
      phase: 'memory',
      how: 'resident set before the first client',
      cell: (c) => show(c.idleRssBytes, megabytes),
    },
    {
      label: 'Memory per client',
      phase: 'memory',
      how: `(memory at ${memory.clients} clients - idle) / clients`,
      cell: (c) => show(c.rssBytesPerClient, kilobytes),
    },
    {
      label: 'Peak memory',
      phase: 'memory',
      how: 'highest resident set from start to the end of the window (VmHWM)',
      cell: (c) => show(c.peakRssBytes, megabytes),
    },
    {
      label: 'V8 heap in use',
      phase: 'memory',
      how: 'of the main thread and all connection threads, as the server reports it, in the same window',
      cell: (c) => show(c.heapUsedBytes, megabytes),
    },
    {
      label: 'Threads',
      phase: 'memory',
      how: `of the server process at ${memory.clients} clients`,
      cell: (c) => show(c.threads, whole),
    },
    {
      label: 'CPU per message',
      phase: 'memory',
      how: `user and system time of the server in the window, less its idle share, by messages parsed; ${atMemory}`,
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
      cell: (c) =>
        showSeveral([c.latencyP50Milliseconds, c.latencyP99Milliseconds, c.latencyMaxMilliseconds], milliseconds),
    },
    {
      label: 'Latency from the actual send, p50 / p99',
      phase: 'memory',
      how: 'the same without what the client itself was late, which includes its timer: not corrected',
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

/** Median, and the spread when there is more than one value; the reason when there is none. */
function show(figure: Figure, format: (value: number) => string): string {
  if (!isMeasured(figure)) return `not measured: ${figure.absent}`;
  const middle = format(figure.median);
  if (figure.values.length === 1 || figure.min === figure.max) return middle;
  return `${middle} (${format(figure.min)} – ${format(figure.max)})`;
}

/** With strokes between; when none was measured, the reason once. */
function showSeveral(figures: Figure[], format: (value: number) => string): string {
  const texts = figures.map((figure) => show(figure, format));
  return (figures.some(isMeasured) ? texts : [...new Set(texts)]).join(' / ');
}

/** "1,842 (not 1,985)": held, and not held. */
function showMaxClients({ clients, failedClients, isLowerBound }: MaxClients): string {
  if (isLowerBound || !isMeasured(failedClients)) {
    return `${isLowerBound && isMeasured(clients) ? '≥ ' : ''}${show(clients, whole)}`;
  }
  return `${show(clients, whole)}, not ${show(failedClients, whole)}`;
}

const longestDetail = 160;

function showStops({ stops }: MaxClients): string {
  const texts = stops.map(({ cause, detail, others }) => {
    const short = detail.length > longestDetail ? `${detail.slice(0, longestDetail)} …` : detail;
    const later = others.length === 0 ? '' : ` (later also: ${others.map((other) => other.cause).join(', ')})`;
    return `${cause}: ${short}${later}`;
  });
  return [...new Set(texts)].join('; ') || 'no search was finished';
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
function milliseconds(value: number): string {
  return value >= 10_000 ? seconds(value) : `${digits(value)} ms`;
}
function seconds(value: number): string {
  return `${digits(value / 1_000)} s`;
}
function microseconds(value: number): string {
  return `${digits(value)} µs`;
}
function kilobytes(bytes: number): string {
  return bytes >= 1_000_000 ? megabytes(bytes) : `${digits(bytes / 1_000)} kB`;
}
function megabytes(bytes: number): string {
  return `${digits(bytes / 1_000_000)} MB`;
}
function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
/** Three significant digits: more would claim what the spread does not bear. */
function digits(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 3 });
}
