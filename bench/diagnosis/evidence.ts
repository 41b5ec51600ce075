import type { AgentSample } from '../../servers/contract/agent.ts';
import type { HostLimits } from '../../servers/contract/limits.ts';
import type { CountersLine } from '../../servers/contract/lines.ts';
import type { Timed, Timeline } from '../host/timeline.ts';
import type { Config } from '../plan/config.ts';
import type { Step } from '../record/step.ts';

/** All that is known when a search has come to a stop. Times are of the harness's clock, in milliseconds. */
export interface Evidence {
  config: Pick<Config, 'linkMegabitsPerSecond' | 'reportMilliseconds'> & {
    ramp: Pick<Config['ramp'], 'connectTimeoutMilliseconds'>;
  };
  /** Of the machine that the server ran on. */
  limits: HostLimits;
  timeline: Pick<Timeline, 'samples' | 'counters' | 'fleet' | 'guard' | 'end'>;
  /** The last step that was held; absent when none was. */
  step: Step | undefined;
  /** When clients began to connect for the step that was not passed. */
  connectingAt: number;
  /** When its hold began; absent when it did not come so far. */
  holdingAt: number | undefined;
  /** When the time was up; absent when it was not. */
  timeIsUpAt: number | undefined;
  now: number;
  /** What the limits of the machines let expect to come first, as a sentence. */
  predicted?: string | undefined;
}

/** What one rule found: when it was first seen, a sentence, and the numbers that were read. */
export interface Finding {
  atMilliseconds: number;
  detail: string;
  numbers: Record<string, number | string>;
}

/** Those from `since` on. */
export function from<Value>(since: number, list: readonly Timed<Value>[]): Timed<Value>[] {
  return list.filter(({ atMilliseconds }) => atMilliseconds >= since);
}

/** The last before `time`, or the very first: what counts that only grow are compared with. */
export function before<Value>(time: number, list: readonly Timed<Value>[]): Timed<Value> | undefined {
  return list.findLast(({ atMilliseconds }) => atMilliseconds < time) ?? list[0];
}

/**
 * Those of a hold. The first is left out: it tells of the time since the one before, in which clients still connected,
 * and connecting takes whatever the machine has.
 */
export function inHold<Value>({ holdingAt }: Evidence, list: readonly Timed<Value>[]): Timed<Value>[] {
  return holdingAt === undefined ? [] : from(holdingAt, list).slice(1);
}

/** The first sample since clients began to connect that `isSo` of. */
export function firstSample(
  { timeline, connectingAt }: Evidence,
  isSo: (sample: AgentSample) => boolean,
): Timed<AgentSample> | undefined {
  return from(connectingAt, timeline.samples).find(({ value }) => isSo(value));
}

/** The first sample in which a count of the machine's kernel is higher than it was before clients began to connect. */
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

/** The same of a count of the server's own, which begins with 0. */
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
 * How many memory maps the server had when it ended, or has by its last sample. They are counted seldom, since the
 * kernel takes long to list them; threads, of which each has about as many, are counted every time. From the last
 * sample to its end their number is taken to have grown as it did before.
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

/** By the growth from the last sample but one to the last; a server on its way out has fewer than it had. */
function threadsAt(time: number | undefined, samples: readonly Timed<AgentSample>[]): number {
  const [before, last] = samples.slice(-2);
  if (before === undefined || last === undefined) return before?.value.process.threads ?? 0;
  const grown = Math.max(0, last.value.process.threads - before.value.process.threads);
  // Both may have come at once.
  const between = Math.max(1, last.atMilliseconds - before.atMilliseconds);
  const since = Math.max(0, (time ?? 0) - last.atMilliseconds) / between;
  return Math.max(before.value.process.threads, last.value.process.threads + grown * Math.min(1, since));
}

/** How many clients were open in all, after each thing that the fleet said. */
export function clientsOpen({ timeline: { fleet } }: Evidence): number[] {
  const newest = new Map<number, number>();
  return fleet.map(({ value: { process, open } }) => {
    newest.set(process, open);
    return newest.values().reduce((sum, clients) => sum + clients, 0);
  });
}

/** How many threads the server has, by its last sample. */
export function threadsOf({ timeline }: Evidence): { threads?: number } {
  const threads = timeline.samples.at(-1)?.value.process.threads;
  return threads === undefined ? {} : { threads };
}
