import type { FleetWindow } from '../../clients/contract.ts';
import type { AgentSample } from '../../servers/contract/agent.ts';
import type { CountersLine } from '../../servers/contract/lines.ts';
import type { Entry, EntryOf } from '../record/record.ts';
import { medianOf } from '../stats/figure.ts';
import { mergeQuantiles } from '../stats/histogram.ts';

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

type MarkName = EntryOf<'mark'>['name'];

/** Cuts the figures out of the raw samples of one memory trial. Pure. */
export function memoryFigures(trial: Entry[]): MemoryFigures {
  const idle = between(trial, 'idle', 'connecting');
  const window = between(trial, 'window-start', 'window-end');
  const idleSamples = samplesOf(idle);
  const steady = samplesOf(window);
  const idleCounters = countersOf(idle);
  const steadyCounters = countersOf(window);
  const windows = trial.flatMap((entry) =>
    entry.type === 'fleet' && entry.line.type === 'window' ? [entry.line] : [],
  );

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

/**
 * What arrived between two marks. By its place in the record, and not by the time that it bears: a server on another
 * machine has another clock than the marks.
 */
function between(trial: readonly Entry[], first: MarkName, last: MarkName): Entry[] {
  const isMark = (name: MarkName) => (entry: Entry) => entry.type === 'mark' && entry.name === name;
  const [start, end] = [trial.findIndex(isMark(first)), trial.findIndex(isMark(last))];
  return start < 0 || end < 0 ? [] : trial.slice(start, end);
}

function samplesOf(entries: readonly Entry[]): AgentSample[] {
  return entries.flatMap((entry) => (entry.type === 'server' && entry.line.type === 'sample' ? [entry.line] : []));
}

function countersOf(entries: readonly Entry[]): CountersLine[] {
  return entries.flatMap((entry) =>
    entry.type === 'server' && entry.line.type === 'server' && entry.line.line.type === 'counters'
      ? [entry.line.line]
      : [],
  );
}
