import type { FleetWindow } from '../clients/contract.ts';
import type { AgentSample } from '../servers/contract/agent.ts';
import type { CountersLine } from '../servers/contract/lines.ts';
import { mergeQuantiles } from './histogram.ts';
import type { Entry } from './record.ts';
import { medianOf } from './stats.ts';

/** What one memory trial gave; a figure that it did not give is undefined. */
export interface MemoryFigures {
  idleRssBytes: number | undefined;
  rssBytes: number | undefined;
  peakRssBytes: number | undefined;
  rssBytesPerClient: number | undefined;
  heapUsedBytes: number | undefined;
  threads: number | undefined;
  cpuMicrosecondsPerMessage: number | undefined;
  latencyP50Milliseconds: number | undefined;
  latencyP99Milliseconds: number | undefined;
  latencyMaxMilliseconds: number | undefined;
  uncorrectedLatencyP99Milliseconds: number | undefined;
}

/** Cuts the figures out of the raw samples of one memory trial. Pure. */
export function memoryFigures(trial: Entry[]): MemoryFigures {
  const samples = trial.flatMap((entry) =>
    entry.type === 'server' && entry.line.type === 'sample' ? [entry.line] : [],
  );
  const counters = trial.flatMap((entry) =>
    entry.type === 'server' && entry.line.type === 'server' && entry.line.line.type === 'counters'
      ? [entry.line.line]
      : [],
  );
  const windows = trial.flatMap((entry) =>
    entry.type === 'fleet' && entry.line.type === 'window' ? [entry.line] : [],
  );
  const marks = new Map(
    trial.flatMap((entry) => (entry.type === 'mark' ? [[entry.name, entry.monotonicMilliseconds]] : [])),
  );
  const connected = marks.get('connected') ?? Number.POSITIVE_INFINITY;
  const start = marks.get('window-start') ?? Number.POSITIVE_INFINITY;
  const end = marks.get('window-end') ?? Number.NEGATIVE_INFINITY;

  const idleCounters = before(counters, connected).filter((line) => line.counters.accepted === 0);
  const idleSamples = before(samples, idleCounters.at(-1)?.monotonicMilliseconds ?? 0);
  const steady = samples.filter((sample) => isWithin(sample, start, end));
  const steadyCounters = counters.filter((line) => isWithin(line, start, end));

  const idleRssBytes = medianOf(idleSamples.map((sample) => sample.process.rssBytes));
  const rssBytes = medianOf(steady.map((sample) => sample.process.rssBytes));
  const clients = windows.reduce((sum, window) => sum + window.open, 0);
  return {
    idleRssBytes,
    rssBytes,
    peakRssBytes: steady.at(-1)?.process.peakRssBytes,
    rssBytesPerClient:
      idleRssBytes === undefined || rssBytes === undefined || clients === 0
        ? undefined
        : (rssBytes - idleRssBytes) / clients,
    heapUsedBytes: medianOf(steadyCounters.map((line) => line.heapUsedBytes + line.threadHeapUsedBytes)),
    threads: medianOf(steady.map((sample) => sample.process.threads)),
    cpuMicrosecondsPerMessage: cpuPerMessage(steadyCounters, idleCounters),
    ...latencies(windows),
  };
}

/**
 * CPU time of the whole server in the window, less what it takes when idle (its own reports), by messages parsed.
 * From the server's getrusage(2), because /proc counts in steps of 10 ms.
 */
function cpuPerMessage(window: CountersLine[], idle: CountersLine[]): number | undefined {
  const load = slope(window);
  if (load === undefined || load.messages === 0) return undefined;
  const idleShare = slope(idle)?.cpuShare ?? 0;
  return (load.cpuMicroseconds - idleShare * load.microseconds) / load.messages;
}

function slope(lines: CountersLine[]) {
  const first = lines[0];
  const last = lines.at(-1);
  if (first === undefined || last === undefined || first === last) return undefined;
  const microseconds = (last.monotonicMilliseconds - first.monotonicMilliseconds) * 1_000;
  const cpuMicroseconds =
    last.cpuUserMicroseconds + last.cpuSystemMicroseconds - first.cpuUserMicroseconds - first.cpuSystemMicroseconds;
  return {
    microseconds,
    cpuMicroseconds,
    cpuShare: cpuMicroseconds / microseconds,
    messages: last.counters.messages - first.counters.messages,
  };
}

function latencies(windows: FleetWindow[]) {
  const corrected = mergeQuantiles(windows.map((window) => window.correctedMicroseconds));
  const uncorrected = mergeQuantiles(windows.map((window) => window.uncorrectedMicroseconds));
  return {
    latencyP50Milliseconds: corrected?.p50Milliseconds,
    latencyP99Milliseconds: corrected?.p99Milliseconds,
    latencyMaxMilliseconds: corrected?.maxMilliseconds,
    uncorrectedLatencyP99Milliseconds: uncorrected?.p99Milliseconds,
  };
}

function before<Line extends AgentSample | CountersLine>(lines: Line[], time: number): Line[] {
  return lines.filter((line) => line.monotonicMilliseconds < time);
}

function isWithin(line: { monotonicMilliseconds: number }, start: number, end: number): boolean {
  return line.monotonicMilliseconds >= start && line.monotonicMilliseconds <= end;
}
