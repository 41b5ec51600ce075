import type { LatencyCurve, LatencyPoint } from '../../curves/points.ts';
import type { ContenderKey } from '../../plan/contenders.ts';
import { fixed } from '../../text/format.ts';
import type { MeasuredRun } from '../measured-run.ts';
import { type AxisScale, logarithmic } from './axes.ts';
import { contendersOf } from './bar-chart.ts';
import type { Chart, Drawing, Look } from './chart.ts';
import { frameOf, isNarrow } from './frame.ts';
import { lineLook, sparselyMarked } from './lines.ts';
import { drawPanels } from './panel-drawing.ts';
import { type Cell, inRows } from './panels.ts';
import { count, milliseconds } from './units.ts';

const title = 'Latency percentiles';
const uncorrectedName = 'from the actual send';

interface LatencyCell extends Cell {
  curves: LatencyCurve[];
}

/**
 * Latencies of all timed messages of the memory trials, on the percentile axis of HdrHistogram's plotters; undefined when no
 * run has any. Pure.
 */
export function latencyChart(all: readonly MeasuredRun[]): Chart | undefined {
  const runs = all.filter(({ curves }) => curves.latencies.length > 0);
  if (runs.length === 0) return undefined;
  const cells = runs.map(({ label, curves }) => ({
    heading: all.length === 1 ? '' : `${label} (${timed(curves.latencies)})`,
    curves: curves.latencies,
  }));
  return {
    name: 'latency',
    title,
    alt: cells.map(inWords).join(' '),
    reading:
      'Lower is better. At 99 % one message of 100 took longer, at 99.9 % one of 1,000; a line ends with the slowest of all. Where a dotted line lies lower, messages left the client later than they were due.',
    draw: (look) => draw(look, runs, cells, contendersOf(all)),
  };
}

function inWords({ heading, curves }: LatencyCell): string {
  const words = curves.map(({ contender, corrected, count: number }) => {
    const at = [50, 99, 99.9].flatMap((percentile) => {
      const found = corrected.find((point) => point.percentile >= percentile);
      return found === undefined || number < shareOf(percentile)
        ? []
        : [`p${percentile} ${milliseconds(found.milliseconds)}`];
    });
    const most = corrected.at(-1);
    return `${contender} ${[...at, ...(most === undefined ? [] : [`maximum ${milliseconds(most.milliseconds)}`])].join(', ')}`;
  });
  return `${heading === '' ? timed(curves) : heading}: ${words.join('; ')}.`;
}

/** The lowest and the highest number of messages of a contender: "3,199 to 3,200 timed messages each". */
function timed(curves: readonly LatencyCurve[]): string {
  const counts = curves.map((curve) => curve.count);
  const ends = [...new Set([Math.min(...counts), Math.max(...counts)])].map(count);
  return `${ends.join(' to ')} timed messages${curves.length > 1 ? ' each' : ''}`;
}

/** The number of messages of which one is slower than the percentile: 100 for 99. */
function shareOf(percentile: number): number {
  return 100 / (100 - percentile);
}

/** The percentile above which one message of `share` lies: "99.9 %" for 1,000. */
function percentText(share: number): string {
  return `${Number(fixed(100 - 100 / share, 9))} %`;
}

/**
 * The points that so many messages support. A percentile counts only if at least one message is slower. The slowest message
 * ends the line. @returns pairs of the number of messages of which one is slower, and milliseconds
 */
function supported(points: readonly LatencyPoint[], number: number): [number, number][] {
  const inside = points.flatMap(({ percentile, milliseconds: value }): [number, number][] =>
    percentile < 100 && shareOf(percentile) <= number ? [[shareOf(percentile), value]] : [],
  );
  const most = points.at(-1);
  return most === undefined ? inside : [...inside, [number, most.milliseconds]];
}

function draw(
  look: Look,
  runs: readonly MeasuredRun[],
  cells: readonly LatencyCell[],
  contenders: readonly ContenderKey[],
): Drawing {
  const curves = cells.flatMap((cell) => cell.curves);
  const shown = contenders.filter((name) => curves.some(({ contender }) => contender === name));
  const named = cells.every(({ heading }) => heading === '');
  const frame = frameOf(look, runs, {
    title,
    subtitle: `Time from when a message was due to the pong behind it, logarithmic; dotted: ${uncorrectedName}${named ? `; ${timed(curves)}` : ''}`,
    // The subtitle explains dotted lines. On a phone, legend entries for them would take a row each.
    legend: shown.flatMap((name) => [
      { name },
      ...(isNarrow(look) ? [] : [{ name: uncorrectedOf(name), itemStyle: { opacity: 0 } }]),
    ]),
  });
  const lines = curves.flatMap((curve) => [
    ...supported(curve.corrected, curve.count),
    ...supported(curve.uncorrected, curve.uncorrectedCount),
  ]);
  const scales = {
    x: percentileScale(Math.max(...lines.map(([share]) => share))),
    y: logarithmic(
      lines.map(([, value]) => value),
      milliseconds,
      9,
    ),
  };
  return drawPanels(look, frame, {
    rows: inRows(cells),
    plotHeight: named ? 280 : 220,
    scales,
    xName: 'percentile',
    xText: percentText,
    yText: milliseconds,
    seriesOf: ({ curves: ofCell }, axes) =>
      ofCell.flatMap((curve) => linesOf(curve, lineLook(look.theme, contenders, curve.contender), axes)),
  });
}

function uncorrectedOf(contender: ContenderKey): string {
  return `${contender}, ${uncorrectedName}`;
}

/** An axis of 0 %, 90 %, 99 % and so on at equal distances. Fewer than 100 messages add 50 % and 75 %: their axis is short. */
function percentileScale(most: number): AxisScale {
  const decades = Array.from({ length: Math.floor(Math.log10(most) + 1e-9) + 1 }, (_, power) => 10 ** power);
  const ticks = most < 100 ? [1, 2, 4, ...decades.slice(1)] : decades;
  return { type: 'log', min: 1, max: Math.max(most, 10), ticks, format: percentText };
}

function linesOf(curve: LatencyCurve, { colour, symbol }: ReturnType<typeof lineLook>, axes: object): object[] {
  const line = { type: 'line', ...axes, itemStyle: { color: colour } };
  return [
    {
      ...line,
      name: curve.contender,
      symbol,
      symbolSize: 6,
      lineStyle: { color: colour, width: 2 },
      data: sparselyMarked(supported(curve.corrected, curve.count), 0.5),
    },
    {
      ...line,
      name: uncorrectedOf(curve.contender),
      symbol: 'none',
      lineStyle: { color: colour, width: 1.5, type: [2, 3] },
      data: supported(curve.uncorrected, curve.uncorrectedCount),
    },
  ];
}
