import type { RampTimeline, TimelinePoint } from '../../curves/curves.ts';
import type { MeasuredRun } from '../measured-run.ts';
import { type AxisScale, axisOf, endsOf, fromZero, labelsWidth, logarithmic, upTo } from './axes.ts';
import { contendersOf } from './bar-chart.ts';
import type { Drawing, Look } from './chart.ts';
import { frameOf, heading, sizes } from './frame.ts';
import { lineLook } from './lines.ts';
import { bandsOf, stripOf, verdictMarks } from './timeline-steps.ts';
import { bytes, count, digits, milliseconds } from './units.ts';

interface Measure {
  heading: string;
  of: (point: TimelinePoint) => number | undefined;
  /** On the axis; what is pointed at has its unit behind it. */
  format: (value: number) => string;
  unit?: string;
  scale: (values: readonly number[], format: AxisScale['format']) => AxisScale;
  /** Counts and rates hold for all the time between two reports; a delay was seen in the last of it. */
  mostBridgedSeconds: number;
}

const measures: readonly Measure[] = [
  {
    heading: 'Clients',
    of: ({ clients }) => clients,
    format: count,
    unit: 'clients',
    scale: fromZero,
    mostBridgedSeconds: Number.POSITIVE_INFINITY,
  },
  {
    heading: 'Messages a second',
    of: ({ messagesPerSecond }) => messagesPerSecond,
    format: count,
    unit: 'messages a second',
    scale: fromZero,
    mostBridgedSeconds: Number.POSITIVE_INFINITY,
  },
  {
    heading: 'CPU of the server (cores)',
    of: ({ cpuCores }) => cpuCores,
    format: digits,
    unit: 'cores',
    scale: fromZero,
    mostBridgedSeconds: Number.POSITIVE_INFINITY,
  },
  {
    heading: 'Resident memory (RSS)',
    of: ({ rssBytes }) => rssBytes,
    format: bytes,
    scale: fromZero,
    mostBridgedSeconds: Number.POSITIVE_INFINITY,
  },
  {
    heading: 'Delay of the loop that accepts (p99, logarithmic)',
    of: ({ loopDelayMilliseconds }) => loopDelayMilliseconds,
    format: milliseconds,
    scale: (values, format) => logarithmic(values, format, 4),
    mostBridgedSeconds: 3,
  },
];

/** Pixels. */
const plotHeight = 72;
const gap = sizes.margin / 2;
const axisHeight = 40;

/** Panels below each other, one time axis for all. */
export function drawTimeline(look: Look, run: MeasuredRun, timeline: RampTimeline, title: string): Drawing {
  const { theme } = look;
  const { points, steps, phase } = timeline;
  const clients = phase === 'sending' ? 'clients that send' : 'silent clients';
  const frame = frameOf(look, [run], {
    title,
    subtitle: `First attempt of a search with ${clients} (${timeline.trial}). On top: ${verdictMarks(steps)}`,
  });
  const panels = measures.flatMap((measure) => {
    const values = points.flatMap((point) => measure.of(point) ?? []);
    const scale = (unit: Measure) => unit.scale(values, unit.format);
    return values.length === 0 || Math.max(...values) <= 0 ? [] : [{ measure, y: scale(measure) }];
  });
  const seconds = Math.max(...points.map((point) => point.seconds), ...steps.map(({ toSeconds }) => toSeconds));
  const x = upTo(seconds, count, frame.isNarrow ? 5 : 9);
  const left = frame.left + labelsWidth(...panels.map(({ y }) => y));
  const width = look.width - left - frame.right - endsOf(x).right / 2;
  const strip = stripOf(look, timeline, { left, width, top: frame.top, textLeft: frame.left, x });
  const { colour } = lineLook(theme, contendersOf([run]), timeline.contender);
  const titles: object[] = [...strip.titles];
  const grids: object[] = [strip.grid];
  const bands = bandsOf(steps, theme);
  let top = strip.end + gap;
  for (const { measure } of panels) {
    const words = heading(measure.heading, { left: frame.left, top, width: frame.innerWidth }, theme, 'small');
    titles.push(words.option);
    grids.push({ left, top: top + words.height + gap, width, height: plotHeight, outerBoundsMode: 'none' });
    top += words.height + plotHeight + 2.5 * gap;
  }
  return {
    height: top - gap * 1.5 + axisHeight + frame.bottom,
    option: {
      ...frame.option,
      title: [...frame.option.title, ...titles],
      tooltip: { ...frame.option.tooltip, trigger: 'axis' },
      axisPointer: { link: [{ xAxisIndex: panels.map((_, index) => index + 1) }] },
      grid: grids,
      xAxis: [strip.xAxis, ...panels.map((_, index) => timeAxis(x, index + 1, index === panels.length - 1, look))],
      yAxis: [strip.yAxis, ...panels.map(({ y }, index) => ({ ...axisOf(y, theme), gridIndex: index + 1 }))],
      series: [
        strip.series,
        ...panels.map(({ measure }, index) => ({
          ...lineOf(points, measure, index + 1, colour),
          markArea: bands,
        })),
      ],
    },
  };
}

function timeAxis(x: AxisScale, gridIndex: number, isLast: boolean, { theme }: Look) {
  const axis = axisOf(x, theme);
  return {
    ...axis,
    gridIndex,
    axisLabel: { ...axis.axisLabel, show: isLast },
    ...(isLast && { name: 'seconds since the server was started', nameLocation: 'middle', nameGap: 26 }),
    axisPointer: { label: { show: isLast, formatter: ({ value }: { value: number }) => `${digits(value)} s` } },
  };
}

function lineOf(points: readonly TimelinePoint[], measure: Measure, index: number, colour: string) {
  const { heading: name, format, unit } = measure;
  return {
    type: 'line',
    name,
    xAxisIndex: index,
    yAxisIndex: index,
    symbol: 'circle',
    symbolSize: 4,
    itemStyle: { color: colour },
    lineStyle: { color: colour, width: 1.5 },
    data: dataOf(points, measure),
    tooltip: {
      valueFormatter: (value: unknown) =>
        typeof value === 'number' ? [format(value), ...(unit === undefined ? [] : [unit])].join(' ') : 'not reported',
    },
  };
}

/** A gap is left open where it is longer than can be bridged; what stands alone between two has a symbol. */
function dataOf(points: readonly TimelinePoint[], { of, mostBridgedSeconds }: Measure) {
  const known = points.flatMap((point): [number, number][] => {
    const value = of(point);
    return value === undefined ? [] : [[point.seconds, value]];
  });
  const isFar = (one?: [number, number], other?: [number, number]) =>
    one === undefined || other === undefined || other[0] - one[0] > mostBridgedSeconds;
  return known.flatMap((value, index) => {
    const [before, after] = [known[index - 1], known[index + 1]];
    const point = { value, symbol: isFar(before, value) && isFar(value, after) ? 'circle' : 'none' };
    const gap = { value: [value[0], null], symbol: 'none' };
    return after !== undefined && isFar(value, after) ? [point, gap] : [point];
  });
}
