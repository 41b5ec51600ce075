import type { AgentSample } from '../../servers/contract/agent.ts';
import type { CountersLine } from '../../servers/contract/lines.ts';
import type { Timed } from '../host/timeline.ts';
import type { Evidence } from './rule.ts';

/** The entries from `since` on. */
export function from<Value>(since: number, list: readonly Timed<Value>[]): Timed<Value>[] {
  return list.filter(({ atMilliseconds }) => atMilliseconds >= since);
}

/** The last entry before `time`, or the very first: the base that growing counts are compared with. */
export function before<Value>(time: number, list: readonly Timed<Value>[]): Timed<Value> | undefined {
  return list.findLast(({ atMilliseconds }) => atMilliseconds < time) ?? list[0];
}

/**
 * The entries of a hold without the first: that one covers time in which clients still connected, and connecting takes all
 * that the machine has.
 */
export function inHold<Value>({ holdingAt }: Evidence, list: readonly Timed<Value>[]): Timed<Value>[] {
  return holdingAt === undefined ? [] : from(holdingAt, list).slice(1);
}

/** The first sample since clients began to connect for which `isSo` is true. */
export function firstSample(
  { timeline, connectingAt }: Evidence,
  isSo: (sample: AgentSample) => boolean,
): Timed<AgentSample> | undefined {
  return from(connectingAt, timeline.samples).find(({ value }) => isSo(value));
}

/** The first sample in which a count of the kernel is higher than before clients began to connect, and its rise since. */
export function firstRise(
  { timeline, connectingAt }: Evidence,
  read: (sample: AgentSample) => number | undefined,
): { atMilliseconds: number; rise: number } | undefined {
  const start = before(connectingAt, timeline.samples);
  const base = start === undefined ? undefined : read(start.value);
  if (base === undefined) return undefined;
  const later = from(connectingAt, timeline.samples);
  const first = later.find(({ value }) => (read(value) ?? 0) > base);
  if (first === undefined) return undefined;
  const last = later.at(-1) ?? first;
  return { atMilliseconds: first.atMilliseconds, rise: (read(last.value) ?? base) - base };
}

/** The same for a count of the server itself, which begins with 0. */
export function firstCounted(
  { timeline, connectingAt }: Evidence,
  read: (line: CountersLine) => number,
): { atMilliseconds: number; rise: number } | undefined {
  const start = timeline.counters.findLast(({ atMilliseconds }) => atMilliseconds < connectingAt);
  const base = start === undefined ? 0 : read(start.value);
  const later = from(connectingAt, timeline.counters);
  const first = later.find(({ value }) => read(value) > base);
  if (first === undefined) return undefined;
  return { atMilliseconds: first.atMilliseconds, rise: read((later.at(-1) ?? first).value) - base };
}

/**
 * Estimates the memory maps of the server at its end, or at its last sample. The agent counts maps seldom, because the
 * kernel takes long to list them. It counts threads in every sample, and each thread has about as many maps. Between the
 * last sample and the end, threads are taken to grow as they did before.
 */
export function estimatedMaps({ timeline: { samples, end } }: Evidence): number | undefined {
  const counted = samples.filter(({ value }) => value.process.memoryMaps !== undefined);
  const first = counted[0]?.value.process;
  const last = counted.at(-1)?.value.process;
  if (first?.memoryMaps === undefined || last?.memoryMaps === undefined) return undefined;
  const threads = last.threads - first.threads;
  const perThread = threads > 0 ? (last.memoryMaps - first.memoryMaps) / threads : 0;
  return Math.round(last.memoryMaps + Math.max(0, threadsAt(end?.atMilliseconds, samples) - last.threads) * perThread);
}

/** Continues the growth between the last two samples. A server on its way out has fewer threads than it had. */
function threadsAt(time: number | undefined, samples: readonly Timed<AgentSample>[]): number {
  const [before, last] = samples.slice(-2);
  if (before === undefined || last === undefined) return before?.value.process.threads ?? 0;
  const grown = Math.max(0, last.value.process.threads - before.value.process.threads);
  // Two samples can arrive together.
  const between = Math.max(1, last.atMilliseconds - before.atMilliseconds);
  const since = Math.max(0, (time ?? 0) - last.atMilliseconds) / between;
  return Math.max(before.value.process.threads, last.value.process.threads + grown * Math.min(1, since));
}

/** The clients open over all processes of the fleet, after each line of the fleet. */
export function clientsOpen({ timeline: { fleet } }: Evidence): number[] {
  const newest = new Map<number, number>();
  return fleet.map(({ value: { process, open } }) => {
    newest.set(process, open);
    return newest.values().reduce((sum, clients) => sum + clients, 0);
  });
}

/** The threads of the server in its last sample. */
export function threadsOf({ timeline }: Evidence): { threads?: number } {
  const threads = timeline.samples.at(-1)?.value.process.threads;
  return threads === undefined ? {} : { threads };
}
