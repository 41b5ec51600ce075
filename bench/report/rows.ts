import type { ContenderName } from '../../servers/contract/contenders.ts';
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
  how: string;
  cell: (contender: ContenderSummary) => string;
}

/** Pure: summary -> rows. The rows of the post that this suite answers come first. */
export function comparisonRows(summary: Summary): Row[] {
  const columns = columnsOf(summary).flatMap((name) => summary.contenders[name] ?? []);
  return rules(summary).map(({ label, how, cell }) => ({ label, how, cells: columns.map(cell) }));
}

export function columnsOf(summary: Summary): ContenderName[] {
  return summary.config.contenders.filter((name) => summary.contenders[name] !== undefined);
}

function rules({ config }: Summary): RowRule[] {
  const { memory, ramp, criteria } = config;
  const interval = formatInterval(config.intervalMilliseconds);
  const atMemory = `${memory.clients} clients, one message ${interval}`;
  return [
    {
      label: 'Compile time',
      how: 'type-check (tsc) and bundle (esbuild) of the one server from clean, two native programs after each other',
      cell: (c) => show(c.compileMilliseconds, milliseconds),
    },
    {
      label: 'Size (bundle)',
      how: 'minified JavaScript of the server and, where it has one, its worker: the files that are then started',
      cell: (c) => show(c.bundleBytes, kilobytes),
    },
    {
      label: `Memory at ${memory.clients} clients`,
      how: `resident set (VmRSS) of the server process, ${atMemory}: median of the samples of the window`,
      cell: (c) => show(c.rssBytes, megabytes),
    },
    {
      label: 'Max clients connected',
      how: `silent clients: the last step of the ramp with every client up and none lost in a hold of ${seconds(ramp.silentHoldMilliseconds)}; ≥ where the server was not what ended the ramp`,
      cell: (c) => showMaxClients(c.maxClientsConnected),
    },
    {
      label: `Max clients at one message ${interval}`,
      how: `the same with every client sending, and besides: at least ${criteria.parsedShare * 100} % of the messages due parsed within the hold of ${seconds(ramp.sendingHoldMilliseconds)}, p99 of the corrected latency at most ${criteria.p99Intervals} interval, and the fleet on time`,
      cell: (c) => showMaxClients(c.maxClientsSending),
    },
    {
      label: 'Bundle, gzip / brotli',
      how: 'the same files compressed (gzip 9, brotli 11)',
      cell: (c) => showSeveral([c.bundleGzipBytes, c.bundleBrotliBytes], kilobytes),
    },
    {
      label: 'Single executable',
      how: 'node --build-sea: Node with the server inside, and the worker beside it; mostly Node itself',
      cell: (c) => show(c.executableBytes, megabytes),
    },
    {
      label: 'Memory, idle server',
      how: 'resident set before the first client',
      cell: (c) => show(c.idleRssBytes, megabytes),
    },
    {
      label: 'Memory per client',
      how: `(memory at ${memory.clients} clients - idle) / clients`,
      cell: (c) => show(c.rssBytesPerClient, kilobytes),
    },
    {
      label: 'Peak memory',
      how: 'highest resident set from start to the end of the window (VmHWM)',
      cell: (c) => show(c.peakRssBytes, megabytes),
    },
    {
      label: 'V8 heap in use',
      how: 'of the main thread and all connection threads, as the server reports it, in the same window',
      cell: (c) => show(c.heapUsedBytes, megabytes),
    },
    {
      label: 'Threads',
      how: `of the server process at ${memory.clients} clients`,
      cell: (c) => show(c.threads, whole),
    },
    {
      label: 'CPU per message',
      how: `user and system time of the server in the window, less its idle share, by messages parsed; ${atMemory}`,
      cell: (c) => show(c.cpuMicrosecondsPerMessage, microseconds),
    },
    {
      label: 'CPU per message in the ramp',
      how: 'user and system time of the server by messages parsed, nothing taken off, in the last step of the sending ramp that passed',
      cell: (c) => show(c.cpuMicrosecondsPerMessageInRamp, microseconds),
    },
    {
      label: 'Latency p50 / p99 / max',
      how: `message due to websocket pong behind it, so waiting counts (corrected for coordinated omission); ${atMemory}`,
      cell: (c) =>
        showSeveral([c.latencyP50Milliseconds, c.latencyP99Milliseconds, c.latencyMaxMilliseconds], milliseconds),
    },
    {
      label: 'Latency from the actual send, p50 / p99',
      how: 'the same without what the client itself was late, which includes its timer: not corrected',
      cell: (c) =>
        showSeveral([c.uncorrectedLatencyP50Milliseconds, c.uncorrectedLatencyP99Milliseconds], milliseconds),
    },
    {
      label: 'TLS connections per second',
      how: `full TLS 1.3 handshake and websocket upgrade, over the finished steps of the silent ramp; the fleet starts at most ${ramp.connectPerSecond.toLocaleString('en-US')} a second and has at most ${ramp.maxHandshakesInFlight} in flight`,
      cell: (c) => show(c.tlsConnectionsPerSecond, whole),
    },
    {
      label: 'Why the silent ramp ended',
      how: 'the first cause that the evidence supports',
      cell: (c) => showStops(c.maxClientsConnected),
    },
    {
      label: 'Why the sending ramp ended',
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

function showMaxClients({ clients, isLowerBound }: MaxClients): string {
  return `${isLowerBound && isMeasured(clients) ? '≥ ' : ''}${show(clients, whole)}`;
}

function showStops({ stops }: MaxClients): string {
  const texts = stops.map(
    ({ cause, detail }) => `${cause}: ${detail.length > 160 ? `${detail.slice(0, 160)} …` : detail}`,
  );
  return [...new Set(texts)].join('; ') || 'no ramp was finished';
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
