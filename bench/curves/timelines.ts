import type { AgentSample } from '../../servers/contract/agent.ts';
import type { CountersLine } from '../../servers/contract/lines.ts';
import type { ContenderKey } from '../plan/contenders.ts';
import { ofType } from '../record/entries.ts';
import type { Entry } from '../record/record.ts';
import { clientsOpen, firstAttempt, type RampPhase } from './attempts.ts';
import { loopDelays } from './loop-delays.ts';
import type { RampTimeline, TimelinePoint, TimelineStep } from './points.ts';

/** Of each contender the first attempt to have clients that send, or else of silent ones. Pure. */
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
 * Without what the harness did when all was told: it closes every client and stops the server. A step that did not
 * pass ends an attempt, and so does the one that reached the target; else clients were still connecting.
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

/** Each entry with the server's time: what is not the server's has that of the line before it, for its clock is another. */
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

/** Of a ramp: more than a chart can show beside each other. */
const mostPoints = 500;

/**
 * One a second, or of a long ramp one in so many. What was not reported in it is absent, rates are of the time since it
 * last was, and of several delays it has the longest.
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

/** A line that is late comes close before the next one, and what was counted in the time between is of more than that. */
const leastBetweenMilliseconds = 900;

/** The last one from which on a rate can be told. */
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

/** From /proc, and not from the server's own lines: a server that hangs reports nothing, and still takes its CPU time. */
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
