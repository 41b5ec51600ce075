import type { AgentSample } from '../../../servers/contract/agent.ts';
import type { CountersLine } from '../../../servers/contract/lines.ts';
import type { Entry, EntryOf } from '../../record/record.ts';
import { medianOf } from '../../stats/figure.ts';
import { mergeQuantiles, type Quantiles } from '../../stats/histogram.ts';

/** One memory trial, cut into the parts that figures are taken from. */
export interface MemoryTrial {
  /** Samples of the agent and lines of the server's own counters: before the first client, and in the window. */
  idleSamples: AgentSample[];
  idleCounters: CountersLine[];
  samples: AgentSample[];
  counters: CountersLine[];
  /** Medians; undefined where there was no sample. */
  idleRssBytes: number | undefined;
  rssBytes: number | undefined;
  /** Clients open in the window, over all fleet processes. */
  clients: number;
  /** Latencies from when a message was due and from when it was sent, and how late the fleet sent. */
  corrected: Quantiles | undefined;
  uncorrected: Quantiles | undefined;
  lateness: Quantiles | undefined;
}

type MarkName = EntryOf<'mark'>['name'];

/** Cuts a trial at its marks. Pure. */
export function cutMemoryTrial(trial: readonly Entry[]): MemoryTrial {
  const idle = between(trial, 'idle', 'connecting');
  const window = between(trial, 'window-start', 'window-end');
  const [idleSamples, samples] = [samplesOf(idle), samplesOf(window)];
  const windows = trial.flatMap((entry) =>
    entry.type === 'fleet' && entry.line.type === 'window' ? [entry.line] : [],
  );
  return {
    idleSamples,
    idleCounters: countersOf(idle),
    samples,
    counters: countersOf(window),
    idleRssBytes: medianOf(idleSamples.map((sample) => sample.process.rssBytes)),
    rssBytes: medianOf(samples.map((sample) => sample.process.rssBytes)),
    clients: windows.reduce((sum, { open }) => sum + open, 0),
    corrected: mergeQuantiles(windows.map(({ correctedMicroseconds }) => correctedMicroseconds)),
    uncorrected: mergeQuantiles(windows.map(({ uncorrectedMicroseconds }) => uncorrectedMicroseconds)),
    lateness: mergeQuantiles(windows.map(({ latenessMicroseconds }) => latenessMicroseconds)),
  };
}

/**
 * CPU time of the whole server in the window, less the share that the idle server takes, divided by the messages parsed.
 * The times are from the server's getrusage(2), because /proc counts in steps of 10 ms.
 */
export function cpuPerMessage(window: CountersLine[], idle: CountersLine[]): number | undefined {
  const load = slope(window);
  const rest = slope(idle);
  if (load === undefined || rest === undefined || load.messages === 0) return undefined;
  return (load.cpuMicroseconds - rest.cpuShare * load.microseconds) / load.messages;
}

/** Time, CPU time and messages from the first of these lines to the last. */
export function slope(lines: CountersLine[]) {
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

/**
 * The entries between two marks, by their place in the record. Times would not do, because a server on another machine has
 * another clock than the marks.
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
