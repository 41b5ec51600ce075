import type { FleetWindow } from '../clients/contract.ts';
import type { CountersLine } from '../servers/contract/lines.ts';
import { mergeQuantiles } from './histogram.ts';
import type { Entry } from './record.ts';
import { medianOf } from './stats/figure.ts';

/** What one memory trial gave; a figure that it did not give is undefined. */
export interface MemoryFigures {
  idleRssBytes: number | undefined;
  rssBytes: number | undefined;
  peakRssBytes: number | undefined;
  rssBytesPerClient: number | undefined;
  heapUsedBytes: number | undefined;
  threads: number | undefined;
  cpuMicrosecondsPerMessage: number | undefined;
  /** Of one core, 0 to 1. */
  idleCpuShare: number | undefined;
  latencyP50Milliseconds: number | undefined;
  latencyP99Milliseconds: number | undefined;
  latencyMaxMilliseconds: number | undefined;
  uncorrectedLatencyP50Milliseconds: number | undefined;
  uncorrectedLatencyP99Milliseconds: number | undefined;
  /** Of the fleet: how late it sent. */
  latenessP99Milliseconds: number | undefined;
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
  const idle = marks.get('idle') ?? Number.POSITIVE_INFINITY;
  const connecting = marks.get('connecting') ?? Number.NEGATIVE_INFINITY;
  const start = marks.get('window-start') ?? Number.POSITIVE_INFINITY;
  const end = marks.get('window-end') ?? Number.NEGATIVE_INFINITY;

  const idleSamples = samples.filter((sample) => isWithin(sample, idle, connecting));
  const idleCounters = counters.filter((line) => isWithin(line, idle, connecting));
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
    idleCpuShare: slope(idleCounters)?.cpuShare,
    ...latencies(windows),
  };
}

/**
 * CPU time of the whole server in the window, less what it takes when idle (its own reports), by messages parsed.
 * From the server's getrusage(2), because /proc counts in steps of 10 ms.
 */
function cpuPerMessage(window: CountersLine[], idle: CountersLine[]): number | undefined {
  const load = slope(window);
  const rest = slope(idle);
  if (load === undefined || rest === undefined || load.messages === 0) return undefined;
  return (load.cpuMicroseconds - rest.cpuShare * load.microseconds) / load.messages;
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
    uncorrectedLatencyP50Milliseconds: uncorrected?.p50Milliseconds,
    uncorrectedLatencyP99Milliseconds: uncorrected?.p99Milliseconds,
    latenessP99Milliseconds: mergeQuantiles(windows.map((window) => window.latenessMicroseconds))?.p99Milliseconds,
  };
}

function isWithin(line: { monotonicMilliseconds: number }, start: number, end: number): boolean {
  return line.monotonicMilliseconds >= start && line.monotonicMilliseconds <= end;
}
