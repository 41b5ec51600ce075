import type { AgentSample } from '../../servers/contract/agent.ts';
import type { CountersLine } from '../../servers/contract/lines.ts';
import type { ContenderKey } from '../plan/contenders.ts';
import { ofType } from '../record/entries.ts';
import type { Entry } from '../record/record.ts';
import { clientsOpen, firstAttempt, type RampPhase } from './attempts.ts';
import type { RampTimeline, TimelinePoint, TimelineStep } from './points.ts';

/** One timeline per contender: of its first attempt with sending clients, or else with silent ones. Pure. */
export function timelines(entries: readonly Entry[], contenders: readonly ContenderKey[]): RampTimeline[] {
  const phases: RampPhase[] = ['sending', 'connected'];
  const reportMilliseconds = ofType(entries, 'run')[0]?.config.reportMilliseconds ?? Number.POSITIVE_INFINITY;
  return contenders.flatMap((contender) => {
    const [found] = phases.flatMap((phase) => {
      const attempt = firstAttempt(entries, phase, contender);
      return attempt === undefined
        ? []
        : [{ contender, phase, trial: attempt.trial, ...told(attempt.entries, reportMilliseconds) }];
    });
    return found === undefined || found.points.length === 0 ? [] : [found];
  });
}

function told(attempt: readonly Entry[], reportMilliseconds: number): Pick<RampTimeline, 'points' | 'steps' | 'cause'> {
  const end = ofType(attempt, 'trialEnd')[0];
  const cause = end?.outcome === 'complete' ? end.stop?.cause : undefined;
  const moments = momentsOf(untilItStopped(attempt, cause));
  return { points: pointsOf(moments, reportMilliseconds), steps: stepsOf(moments), cause };
}

/**
 * The entries before the harness closes every client and stops the server. A step that did not pass ends an attempt, and so
 * does the step that reached the target. Otherwise clients were still connecting when the fleet stopped.
 */
function untilItStopped(attempt: readonly Entry[], cause: string | undefined): readonly Entry[] {
  const last = attempt.findLastIndex((entry) => entry.type === 'step');
  const step = attempt[last];
  if (step?.type === 'step' && (step.step.verdict !== 'passed' || cause === 'target reached')) {
    return attempt.slice(0, last + 1);
  }
  const stopped = attempt.findIndex((entry) => entry.type === 'fleet' && entry.line.type === 'stopped');
  return stopped < 0 ? attempt : attempt.slice(0, stopped);
}

interface Moment {
  seconds: number;
  entry: Entry;
}

/** Each entry with the server's time. Entries from other clocks get the time of the server's line before them. */
function momentsOf(attempt: readonly Entry[]): Moment[] {
  let begin: number | undefined;
  let seconds = 0;
  return attempt.map((entry) => {
    if (entry.type === 'server' && 'monotonicMilliseconds' in entry.line) {
      const { monotonicMilliseconds } = entry.line;
      begin ??= monotonicMilliseconds;
      seconds = Math.max(seconds, (monotonicMilliseconds - begin) / 1_000);
    }
    return { seconds, entry };
  });
}

/** A chart shows no more points of one ramp side by side. */
const mostPoints = 500;

/**
 * One point per second, or fewer for a long ramp. A point has only what was reported in its time. Its rates cover the time
 * since the report before, and its delay is the longest of several.
 */
function pointsOf(moments: Moment[], reportMilliseconds: number): TimelinePoint[] {
  const lines = moments.flatMap(({ entry }) => countersIn(entry));
  const delays = loopDelays(lines, reportMilliseconds);
  const counters: CountersLine[] = [];
  const samples: AgentSample[] = [];
  const width = Math.max(1, Math.ceil((moments.at(-1)?.seconds ?? 0) / mostPoints));
  return [...Map.groupBy(moments, ({ seconds }) => Math.floor(seconds / width)).values()].flatMap((within) => {
    const newLines = within.flatMap(({ entry }) => countersIn(entry));
    const newCounters = newLines.at(-1);
    const newSample = within.flatMap(({ entry }) => sampleIn(entry)).at(-1);
    const delay = Math.max(...newLines.map((line) => delays.get(line) ?? 0));
    const point = {
      ...(newCounters !== undefined && fromCounters(newCounters, earlier(counters, newCounters))),
      ...(delay > 0 && { loopDelayMilliseconds: delay }),
      ...(newSample !== undefined && fromSample(newSample, earlier(samples, newSample))),
    };
    if (newCounters !== undefined) counters.push(newCounters);
    if (newSample !== undefined) samples.push(newSample);
    const seconds = within.findLast(({ entry }) => entry.type === 'server')?.seconds;
    return seconds === undefined || Object.keys(point).length === 0 ? [] : [{ seconds, ...point }];
  });
}

/** Timers run in whole milliseconds. A line that is behind by less is not late. */
const leastLateMilliseconds = 1;

/**
 * The delay of the loop that writes the lines, at each line that shows one: its own p99, or the lateness of the line if that
 * is more. A loop that is blocked for longer than a report cannot observe its delays, and reports 0. Pure.
 */
export function loopDelays(lines: readonly CountersLine[], reportMilliseconds: number): Map<CountersLine, number> {
  return new Map(
    lines.flatMap((line, index): [CountersLine, number][] => {
      const before = lines[index - 1]?.monotonicMilliseconds ?? line.monotonicMilliseconds;
      const late = line.monotonicMilliseconds - before - reportMilliseconds;
      const delay = Math.max(line.eventLoopDelayP99Milliseconds, late >= leastLateMilliseconds ? late : 0);
      return delay > 0 ? [[line, delay]] : [];
    }),
  );
}

/** A late line comes close before the next one. Counts between such two lines cover more than the time between them. */
const leastBetweenMilliseconds = 900;

/** The last line that is far enough back for a rate. */
function earlier<Line extends CountersLine | AgentSample>(lines: readonly Line[], line: Line): Line | undefined {
  return lines.findLast(
    (before) => line.monotonicMilliseconds - before.monotonicMilliseconds >= leastBetweenMilliseconds,
  );
}

function fromCounters(line: CountersLine, before: CountersLine | undefined): Omit<TimelinePoint, 'seconds'> {
  return {
    clients: clientsOpen(line),
    ...(before !== undefined && {
      messagesPerSecond: (line.counters.messages - before.counters.messages) / secondsBetween(before, line),
    }),
  };
}

/** CPU time comes from /proc, because a server that hangs reports nothing and may still use its cores. */
function fromSample(line: AgentSample, before: AgentSample | undefined): Omit<TimelinePoint, 'seconds'> {
  return {
    rssBytes: line.process.rssBytes,
    ...(before !== undefined && { cpuCores: (cpuSeconds(line) - cpuSeconds(before)) / secondsBetween(before, line) }),
  };
}

function cpuSeconds({ process }: AgentSample): number {
  return (process.cpuUserMilliseconds + process.cpuSystemMilliseconds) / 1_000;
}

function secondsBetween(first: CountersLine | AgentSample, second: CountersLine | AgentSample): number {
  return (second.monotonicMilliseconds - first.monotonicMilliseconds) / 1_000;
}

function countersIn(entry: Entry): CountersLine[] {
  if (entry.type !== 'server' || entry.line.type !== 'server') return [];
  return entry.line.line.type === 'counters' ? [entry.line.line] : [];
}

function sampleIn(entry: Entry): AgentSample[] {
  return entry.type === 'server' && entry.line.type === 'sample' ? [entry.line] : [];
}

function stepsOf(moments: Moment[]): TimelineStep[] {
  let fromSeconds = 0;
  return moments.flatMap(({ seconds, entry }) => {
    if (entry.type !== 'step') return [];
    const { verdict, reasons, observation } = entry.step;
    const step = { fromSeconds, toSeconds: seconds, clients: observation.clientsRequested, verdict, reasons };
    fromSeconds = seconds;
    return [step];
  });
}
