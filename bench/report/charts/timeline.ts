import type { RampTimeline, TimelineStep } from '../../curves/points.ts';
import type { MeasuredRun } from '../measured-run.ts';
import type { Chart } from './chart.ts';
import { mostOfEach, silence } from './timeline-measures.ts';
import { drawTimeline } from './timeline-panels.ts';
import { count } from './units.ts';

/** The first ramp of each contender, second by second, for a single run. Several runs would not fit side by side. Pure. */
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
        'All panels share the time axis. Clients are added in steps. Each step is held and judged, and held again where one hold does not decide. The ramp ends at a step that fails for good, or at the target. A blocked loop reports late: its delay is then at least what is shown.',
      draw: (look) => drawTimeline(look, run, timeline, title),
    };
  });
}

function inWords({ phase, steps, cause, points }: RampTimeline): string {
  const clients = phase === 'sending' ? 'Sending clients' : 'Silent clients';
  const judged = steps.map(stepInWords).join(', ');
  const stopped = cause === undefined ? '' : ` It ended by: ${cause}.`;
  const silent = silence(points);
  const unheard = silent === undefined ? '' : ` ${silent}.`;
  return `${clients}: ${judged === '' ? 'no step was judged' : judged}.${stopped}${unheard} At most: ${mostOfEach(points).join(', ')}.`;
}

function stepInWords({ clients, verdict }: TimelineStep): string {
  return `${count(clients)} ${verdict}`;
}
