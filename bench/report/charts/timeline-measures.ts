import type { RampTimeline, TimelinePoint, TimelineStep } from '../../curves/points.ts';
import { axisDigits } from '../../text/format.ts';
import { type AxisScale, fromZero, logarithmic } from './axes.ts';
import { escapeText } from './text.ts';
import { bytes, clientsText, count, milliseconds } from './units.ts';

/** What one panel of a timeline shows. */
export interface Measure {
  heading: string;
  /** The words after a value in a sentence or a tooltip: "0.5 cores of CPU". */
  name: string;
  /**
   * The value at a point. `null` means a report without a value that can be drawn: the line has a gap. `undefined` means no
   * report: the line bridges it, because the next report covers that time too.
   */
  of: (point: TimelinePoint) => number | null | undefined;
  /** A value in text, on the axis and in the tooltip. */
  format: (value: number) => string;
  scale: (values: readonly number[], format: AxisScale['format']) => AxisScale;
}

export const measures: readonly Measure[] = [
  { heading: 'Clients', name: 'clients', of: ({ clients }) => clients, format: count, scale: fromZero },
  {
    heading: 'Messages a second',
    name: 'messages a second',
    of: ({ messagesPerSecond }) => messagesPerSecond,
    format: count,
    scale: fromZero,
  },
  {
    heading: 'CPU of the server (cores)',
    name: 'cores of CPU',
    of: ({ cpuCores }) => cpuCores,
    format: axisDigits,
    scale: fromZero,
  },
  {
    heading: 'Resident memory (RSS)',
    name: 'of memory',
    of: ({ rssBytes }) => rssBytes,
    format: bytes,
    scale: fromZero,
  },
  {
    heading: 'Delay of the event loop that accepts connections (logarithmic): p99, or the lateness of its report',
    name: 'of loop delay',
    // A logarithmic axis has no 0.
    of: ({ loopDelayMilliseconds, clients }) => loopDelayMilliseconds ?? (clients === undefined ? undefined : null),
    format: milliseconds,
    scale: (values, format) => logarithmic(values, format, 4),
  },
];

/** The tooltip of one moment, as HTML: the time, the step, and a line per panel, at the nearest point. Pure. */
export function tipOf({ points, steps }: Pick<RampTimeline, 'points' | 'steps'>, seconds: number): string {
  const nearest = points.reduce<TimelinePoint | undefined>(
    (best, point) =>
      best === undefined || Math.abs(point.seconds - seconds) < Math.abs(best.seconds - seconds) ? point : best,
    undefined,
  );
  if (nearest === undefined) return '';
  const step = steps.find(({ toSeconds }) => nearest.seconds <= toSeconds);
  const values = measures.flatMap(({ of, format, name }) => {
    const value = of(nearest);
    return typeof value === 'number' ? [`${format(value)} ${name}`] : [];
  });
  const lines = [`<b>${axisDigits(nearest.seconds)} s</b>`, ...(step === undefined ? [] : stepLines(step)), ...values];
  return lines.join('\n');
}

function stepLines({ clients, verdict, reasons }: TimelineStep): string[] {
  return [`step of ${clientsText(clients)}: ${verdict}`, ...reasons].map(escapeText);
}

/** The highest value of each panel: "1,819 messages a second". Pure. */
export function mostOfEach(points: readonly TimelinePoint[]): string[] {
  return measures.flatMap(({ of, format, name }) => {
    const most = Math.max(0, ...points.map((point) => of(point) ?? 0));
    return most === 0 ? [] : [`${format(most)} ${name}`];
  });
}

/** The most points without a report of a server that still reports: reports and samples come at different moments. */
const mostUnreported = 2;

/** A sentence when the server reported nothing more while the agent still sampled it: some lines then end early. Pure. */
export function silence(points: readonly TimelinePoint[]): string | undefined {
  const last = points.findLastIndex(({ clients }) => clients !== undefined);
  const point = points[last];
  if (point === undefined || points.length - 1 - last <= mostUnreported) return undefined;
  return `The server reported nothing after ${count(point.seconds)} s`;
}
