import type { RampTimeline, TimelinePoint, TimelineStep } from '../../curves/points.ts';
import { axisDigits } from '../../text/format.ts';
import { type AxisScale, fromZero, logarithmic } from './axes.ts';
import { escapeText } from './text.ts';
import { bytes, clientsText, count, milliseconds } from './units.ts';

/** A panel of a timeline. */
export interface Measure {
  heading: string;
  /** Without what the heading explains. */
  name: string;
  /** `null`: reported, and nothing that can be drawn. What was not reported is bridged, for it holds of that time too. */
  of: (point: TimelinePoint) => number | null | undefined;
  /** On the axis. */
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
    heading: 'Delay of the loop that accepts (logarithmic): p99, or how late its report came',
    name: 'of loop delay',
    // A logarithmic axis has no 0.
    of: ({ loopDelayMilliseconds, clients }) => loopDelayMilliseconds ?? (clients === undefined ? undefined : null),
    format: milliseconds,
    scale: (values, format) => logarithmic(values, format, 4),
  },
];

/** Every panel at one moment, in the order of the panels, below the step that it was in. HTML. Pure. */
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

/** The most of each panel: "1,819 messages a second". Pure. */
export function mostOfEach(points: readonly TimelinePoint[]): string[] {
  return measures.flatMap(({ of, format, name }) => {
    const most = Math.max(0, ...points.map((point) => of(point) ?? 0));
    return most === 0 ? [] : [`${format(most)} ${name}`];
  });
}

/** Points that a server may leave out without a word: its reports and what is seen of it come at different moments. */
const mostUnreported = 2;

/** Of a server that said nothing more while it was still watched: lines that end before the others do. Pure. */
export function silence(points: readonly TimelinePoint[]): string | undefined {
  const last = points.findLastIndex(({ clients }) => clients !== undefined);
  const point = points[last];
  if (point === undefined || points.length - 1 - last <= mostUnreported) return undefined;
  return `The server reported nothing after ${count(point.seconds)} s`;
}
