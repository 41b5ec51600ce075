import type { AgentSample } from '../../servers/contract/agent.ts';
import type { CountersLine } from '../../servers/contract/lines.ts';
import type { Entrant } from '../entrants.ts';
import { ofType } from '../entries.ts';
import type { Entry } from '../record/record.ts';
import { clientsOpen, firstAttempt, type RampPhase } from './attempts.ts';
import type { RampTimeline, TimelinePoint, TimelineStep } from './curves.ts';

/** Of each contender the first attempt to have clients that send, or else of silent ones. Pure. */
export function timelines(entries: readonly Entry[], contenders: readonly Entrant[]): RampTimeline[] {
  const phases: RampPhase[] = ['sending', 'connected'];
  return contenders.flatMap((contender) => {
    const [found] = phases.flatMap((phase) => {
      const attempt = firstAttempt(entries, phase, contender);
      return attempt === undefined ? [] : [{ contender, phase, trial: attempt.trial, ...told(attempt.entries) }];
    });
    return found === undefined || found.points.length === 0 ? [] : [found];
  });
}

function told(attempt: readonly Entry[]): Pick<RampTimeline, 'points' | 'steps' | 'cause'> {
  const end = ofType(attempt, 'trialEnd')[0];
  const cause = end?.outcome === 'complete' ? end.stop?.cause : undefined;
  const moments = momentsOf(untilItStopped(attempt, cause));
  return { points: pointsOf(moments), steps: stepsOf(moments), cause };
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

/** One a second. What was not reported in it is absent, and rates are of the time since it last was. */
function pointsOf(moments: Moment[]): TimelinePoint[] {
  const counters: CountersLine[] = [];
  const samples: AgentSample[] = [];
  return [...Map.groupBy(moments, ({ seconds }) => Math.floor(seconds)).values()].flatMap((second) => {
    const newCounters = second.flatMap(({ entry }) => countersIn(entry)).at(-1);
    const newSample = second.flatMap(({ entry }) => sampleIn(entry)).at(-1);
    const point = {
      ...(newCounters !== undefined && fromCounters(newCounters, earlier(counters, newCounters))),
      ...(newSample !== undefined && fromSample(newSample, earlier(samples, newSample))),
    };
    if (newCounters !== undefined) counters.push(newCounters);
    if (newSample !== undefined) samples.push(newSample);
    const seconds = second.findLast(({ entry }) => entry.type === 'server')?.seconds;
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
  const delay = line.eventLoopDelayP99Milliseconds;
  return {
    clients: clientsOpen(line),
    ...(before !== undefined && {
      messagesPerSecond: (line.counters.messages - before.counters.messages) / secondsBetween(before, line),
    }),
    // Of a loop that was never late, or too late to look at its own delays: 0 is no delay that was measured.
    ...(delay > 0 && { loopDelayMilliseconds: delay }),
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
