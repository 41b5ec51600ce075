import type { ContenderKey } from '../../plan/contenders.ts';
import type { MeasuredRun } from '../measured-run.ts';
import { barRenderer } from './bar-item.ts';
import {
  type Bar,
  type BarPanel,
  endRoom,
  lineHeight,
  linesAbove,
  type Manner,
  namesWidth,
  placeText,
} from './bars.ts';
import type { Drawing, Look } from './chart.ts';
import { axisStyle, frameOf, heading, sizes } from './frame.ts';
import { endsAtTick } from './scale.ts';
import { escapeText } from './text.ts';
import { colourOf } from './theme.ts';

/** Pixels. */
const panelGap = 20;
const groupGap = 8;
const axisHeight = 24;
const barHeights: Record<Manner, number> = { beside: 24, above: 12 };
const rowGap = 10;

export interface BarChart {
  title: string;
  subtitle: string;
  panels: readonly BarPanel[];
  /** The contenders of all charts of the report. Their order decides the colours, so each has one colour everywhere. */
  contenders: readonly ContenderKey[];
  /** The most panels side by side. A narrow picture has them below each other. */
  columns: 1 | 2;
}

interface Place {
  left: number;
  top: number;
  width: number;
}

interface Parts {
  title: object[];
  grid: object[];
  xAxis: object[];
  yAxis: object[];
  series: object[];
  height: number;
}

/** Draws panels of bars inside the frame. Pure. */
export function drawBars(look: Look, runs: readonly MeasuredRun[], chart: BarChart): Drawing {
  const frame = frameOf(look, runs, chart);
  const columns = frame.isNarrow ? 1 : Math.min(chart.columns, chart.panels.length);
  const width = (frame.innerWidth - (columns - 1) * panelGap) / columns;
  const manner = mannerOf(chart.panels, width);
  const parts: Parts = { title: [], grid: [], xAxis: [], yAxis: [], series: [], height: 0 };
  let top = frame.top + sizes.margin / 2;
  for (let first = 0; first < chart.panels.length; first += columns) {
    const heights = chart.panels.slice(first, first + columns).map((panel, column) => {
      const place = { left: frame.left + column * (width + panelGap), top, width };
      return addPanel(parts, panel, place, { look, manner, all: chart.contenders });
    });
    top += Math.max(...heights) + panelGap;
  }
  const { title, grid, xAxis, yAxis, series } = parts;
  return {
    height: top - panelGap + frame.bottom,
    option: { ...frame.option, title: [...frame.option.title, ...title], grid, xAxis, yAxis, series },
  };
}

/** The contenders of all runs, each once, in the order of their first appearance. This order decides the colours. Pure. */
export function contendersOf(runs: readonly MeasuredRun[]): ContenderKey[] {
  return [...new Set(runs.flatMap(({ summary }) => summary.config.contenders))];
}

function mannerOf(panels: readonly BarPanel[], width: number): Manner {
  const fits = panels.every(({ groups, scale }) => {
    const bars = groups.flatMap((group) => group.bars);
    const room = width - namesWidth(bars) - endRoom;
    return bars.every((bar) => placeText(bar, scale, room) !== undefined);
  });
  return fits ? 'beside' : 'above';
}

interface Manners {
  look: Look;
  manner: Manner;
  all: readonly ContenderKey[];
}

/** Adds one panel to the parts. @returns the height of the panel in pixels */
function addPanel(parts: Parts, panel: BarPanel, { left, top, width }: Place, { look, manner, all }: Manners): number {
  const { theme } = look;
  const bars = panel.groups.flatMap((group) => group.bars);
  const indent = manner === 'beside' ? namesWidth(bars) : 0;
  const room = width - indent - endRoom;
  const name = heading(panel.name, { left, top, width }, theme);
  parts.title.push(name.option);
  let bottom = top + name.height;
  for (const [index, group] of panel.groups.entries()) {
    if (group.name !== undefined) {
      const gap = index === 0 ? 2 : groupGap;
      const words = heading(group.name, { left, top: bottom + gap, width }, theme, 'small');
      parts.title.push(words.option);
      bottom += words.height + gap;
    }
    const height = group.bars.length * rowHeight(group.bars, manner, room);
    addGrid(
      parts,
      { left: left + indent, top: bottom + 2, width: room, height },
      {
        panel,
        bars: group.bars,
        look,
        manner,
        all,
        isLast: index === panel.groups.length - 1,
      },
    );
    bottom += height + 2;
  }
  return bottom + axisHeight - top;
}

function rowHeight(bars: readonly Bar[], manner: Manner, room: number): number {
  const lines = manner === 'beside' ? 0 : Math.max(...bars.map((bar) => linesAbove(bar, room).lines.length));
  return barHeights[manner] + lines * lineHeight + rowGap;
}

interface Rows extends Manners {
  panel: BarPanel;
  bars: readonly Bar[];
  /** Only the last group of a panel has the numbers of the axis below it. */
  isLast: boolean;
}

function addGrid(
  parts: Parts,
  place: Place & { height: number },
  { panel, bars, look, manner, all, isLast }: Rows,
): void {
  const { theme } = look;
  const { scale } = panel;
  const style = axisStyle(theme);
  const index = parts.grid.length;
  parts.grid.push({ ...place, outerBoundsMode: 'none' });
  parts.xAxis.push({
    ...style,
    gridIndex: index,
    type: scale.type,
    min: scale.min,
    max: scale.max,
    ...(scale.interval !== undefined && { interval: scale.interval }),
    axisLine: { show: false },
    splitLine: { ...style.splitLine, showMaxLine: endsAtTick(scale) },
    axisTick: { show: false },
    axisLabel: { ...style.axisLabel, show: isLast, showMaxLabel: endsAtTick(scale), formatter: scale.format },
  });
  parts.yAxis.push({
    ...style,
    gridIndex: index,
    type: 'category',
    inverse: true,
    data: bars.map(({ contender }) => contender),
    axisTick: { show: false },
    axisLabel: {
      ...style.axisLabel,
      show: manner === 'beside',
      interval: 0,
      margin: 10,
      color: theme.text,
      fontSize: sizes.label,
    },
  });
  parts.series.push({
    type: 'custom',
    name: panel.name,
    xAxisIndex: index,
    yAxisIndex: index,
    data: bars.map((_, row) => [scale.min, row]),
    tooltip: { formatter: ({ dataIndex }: { dataIndex: number }) => escapeText(bars[dataIndex]?.tip ?? '') },
    renderItem: barRenderer(bars, scale, {
      theme,
      manner,
      width: place.width,
      height: barHeights[manner],
      colourOf: ({ contender }) => colourOf(theme, all, contender),
    }),
  });
}
