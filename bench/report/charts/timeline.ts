import type { RampTimeline, TimelinePoint, TimelineStep } from '../../curves/curves.ts';
import type { MeasuredRun } from '../measured-run.ts';
import type { Chart } from './chart.ts';
import { drawTimeline } from './timeline-panels.ts';
import { bytes, count, digits, milliseconds } from './units.ts';

/** The first ramp of each contender, second by second. Of one run: several would not fit beside each other. */
export function timelineCharts(runs: readonly MeasuredRun[]): Chart[] {
  const [run, other] = runs;
  if (run === undefined || other !== undefined) return [];
  return run.curves.timelines.map((timeline) => {
    const title = `A ramp, second by second: ${timeline.contender}`;
    return {
      name: `timeline-${timeline.contender}`,
      title,
      alt: inWords(timeline),
      reading:
        'All panels share the time. Clients come step by step; each step is held and judged, and the first that fails for good, or the target, ends the ramp.',
      draw: (look) => drawTimeline(look, run, timeline, title),
    };
  });
}

function inWords({ phase, steps, cause, points }: RampTimeline): string {
  const clients = phase === 'sending' ? 'Sending clients' : 'Silent clients';
  const judged = steps.map(stepInWords).join(', ');
  const stopped = cause === undefined ? '' : ` It ended by: ${cause}.`;
  const most = [
    mostOf(
      points,
      ({ clients: value }) => value,
      (value) => `${count(value)} clients`,
    ),
    mostOf(
      points,
      (point) => point.messagesPerSecond,
      (value) => `${count(value)} messages a second`,
    ),
    mostOf(
      points,
      (point) => point.cpuCores,
      (value) => `${digits(value)} cores of CPU`,
    ),
    mostOf(
      points,
      (point) => point.rssBytes,
      (value) => `${bytes(value)} of memory`,
    ),
    mostOf(
      points,
      (point) => point.loopDelayMilliseconds,
      (value) => `${milliseconds(value)} of loop delay`,
    ),
  ].flat();
  return `${clients}: ${judged === '' ? 'no step was judged' : judged}.${stopped} At most: ${most.join(', ')}.`;
}

function stepInWords({ clients, verdict }: TimelineStep): string {
  return `${count(clients)} ${verdict}`;
}

function mostOf(
  points: readonly TimelinePoint[],
  of: (point: TimelinePoint) => number | undefined,
  format: (value: number) => string,
): string[] {
  const values = points.flatMap((point) => of(point) ?? []);
  return values.length === 0 ? [] : [format(Math.max(...values))];
}
