import type { RampTimeline, TimelinePoint } from '../../curves/points.ts';
import type { MeasuredRun } from '../measured-run.ts';
import { type AxisScale, axisOf, endsOf, labelsWidth, upTo } from './axes.ts';
import { contendersOf } from './bar-chart.ts';
import type { Drawing, Look } from './chart.ts';
import { frameOf, heading, sizes } from './frame.ts';
import { lineLook } from './lines.ts';
import { type Measure, measures, silence, tipOf } from './timeline-measures.ts';
import { bandsOf, stripOf, verdictMarks } from './timeline-steps.ts';
import { count } from './units.ts';

/** Pixels. */
const plotHeight = 72;
const gap = sizes.margin / 2;
const axisHeight = 40;

/** Draws the panels below each other, on one time axis. Pure. */
export function drawTimeline(look: Look, run: MeasuredRun, timeline: RampTimeline, title: string): Drawing {
  const { theme } = look;
  const { points, steps, phase } = timeline;
  const clients = phase === 'sending' ? 'clients that send' : 'silent clients';
  const frame = frameOf(look, [run], {
    title,
    subtitle: [
      `First attempt of a search with ${clients} (trial ${timeline.trial})`,
      `On top: ${verdictMarks(steps)}`,
      ...[silence(points)].flatMap((words) => words ?? []),
    ].join('. '),
  });
  const panels = measures.flatMap((measure) => {
    const values = points.flatMap((point) => measure.of(point) ?? []);
    return Math.max(0, ...values) === 0 ? [] : [{ measure, y: measure.scale(values, measure.format) }];
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
  const formatter = ([first]: readonly { axisValue: number }[]) =>
    first === undefined ? '' : tipOf(timeline, first.axisValue);
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
      tooltip: { ...frame.option.tooltip, trigger: 'axis', formatter },
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
    axisPointer: { label: { show: false } },
  };
}

function lineOf(points: readonly TimelinePoint[], measure: Measure, index: number, colour: string) {
  return {
    type: 'line',
    name: measure.heading,
    xAxisIndex: index,
    yAxisIndex: index,
    symbol: 'circle',
    symbolSize: 4,
    itemStyle: { color: colour },
    lineStyle: { color: colour, width: 1.5 },
    data: dataOf(points, measure),
  };
}

/** The points of a line. A point without neighbours has a symbol, because no line shows it. */
function dataOf(points: readonly TimelinePoint[], { of }: Measure) {
  const told = points.flatMap((point): [number, number | null][] => {
    const value = of(point);
    return value === undefined ? [] : [[point.seconds, value]];
  });
  const isNone = (other: [number, number | null] | undefined) => (other?.[1] ?? null) === null;
  return told.map((value, index) => ({
    value,
    symbol: isNone(told[index - 1]) && isNone(told[index + 1]) ? 'circle' : 'none',
  }));
}
