import { type AxisScale, axisOf } from './axes.ts';
import type { Drawing, Look } from './chart.ts';
import type { Frame } from './frame.ts';
import { type Cell, placePanels } from './panels.ts';

interface Lines<Of extends Cell> {
  /** The panels of each row; undefined leaves a gap. */
  rows: readonly (readonly (Of | undefined)[])[];
  plotHeight: number;
  /** The axes of every panel. */
  scales: { x: AxisScale; y: AxisScale };
  xName: string;
  /** Values of the two axes in words, for the tooltip. */
  xText: (value: number) => string;
  yText: (value: number) => string;
  /** @param axes the fields by which a series names its panel. */
  seriesOf: (cell: Of, axes: { xAxisIndex: number; yAxisIndex: number }) => object[];
}

/** Draws lines in panels that all have the same two axes. Pure. */
export function drawPanels<Of extends Cell>(look: Look, frame: Frame, lines: Lines<Of>): Drawing {
  const { rows, plotHeight, scales, xName, xText, yText, seriesOf } = lines;
  const { panels, titles, end } = placePanels(look, frame, rows, { plotHeight, scales });
  const [xAxis, yAxis] = [axisOf(scales.x, look.theme), axisOf(scales.y, look.theme)];
  return {
    height: end + frame.bottom,
    option: {
      ...frame.option,
      title: [...frame.option.title, ...titles],
      tooltip: {
        ...frame.option.tooltip,
        trigger: 'axis',
        valueFormatter: (value: unknown) => (typeof value === 'number' ? yText(value) : ''),
      },
      grid: panels.map(({ grid }) => grid),
      xAxis: panels.map((_, gridIndex) => ({
        ...xAxis,
        gridIndex,
        name: xName,
        nameLocation: 'middle',
        nameGap: 26,
        axisPointer: { label: { formatter: ({ value }: { value: number }) => xText(value) } },
      })),
      yAxis: panels.map(({ hasLabels }, gridIndex) => ({
        ...yAxis,
        gridIndex,
        axisLabel: { ...yAxis.axisLabel, show: hasLabels },
      })),
      series: panels.flatMap(({ cell }, index) => seriesOf(cell, { xAxisIndex: index, yAxisIndex: index })),
    },
  };
}
