import type { MeasuredRun } from '../measured-run.ts';
import type { Look } from './chart.ts';
import { sourceLine } from './source.ts';
import { widthOf, wrap } from './text.ts';
import type { Theme } from './theme.ts';

export { sourceLine } from './source.ts';

/** PNG files are drawn with the first font. SVG files and pages use the first one that the reader has. */
export const fontFamily = "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/** Pixels. */
export const sizes = { margin: 16, title: 18, heading: 13, subtitle: 12.5, label: 12, source: 10.5 } as const;
const gap = 8;
const legendKey = 18;

export interface FrameWords {
  title: string;
  /** What the chart shows, with units. */
  subtitle: string;
  /** The series of the legend, by their names in the option. A chart that writes names at its bars has no legend. */
  legend?: readonly LegendEntry[];
}

/** A legend entry as echarts takes it. Styles that are absent come from the series of that name. */
export interface LegendEntry {
  name: string;
  icon?: string;
  itemStyle?: object;
  lineStyle?: object;
}

export interface Frame {
  /** Pixels that the plot leaves free above and below it. Names of axes are part of the plot. */
  top: number;
  bottom: number;
  /** Pixels that the plot leaves free at its sides. Labels of axes are part of the plot. */
  left: number;
  right: number;
  innerWidth: number;
  /** The picture is narrower than a blog's column, so its panels stand below each other. */
  isNarrow: boolean;
  /** The common part of the option. A chart appends its headings to `title`. */
  option: { title: object[]; legend?: object; backgroundColor: string; textStyle: object; tooltip: object };
}

/** Title, subtitle, legend and source around a chart. Their heights are known before it is drawn, so nothing overlaps. Pure. */
export function frameOf(look: Look, runs: readonly MeasuredRun[], words: FrameWords): Frame {
  const { theme, width } = look;
  const innerWidth = width - 2 * sizes.margin;
  const title = block(words.title, innerWidth, width < 480 ? sizes.title - 1 : sizes.title, theme.text, 600);
  const subtitle = block(words.subtitle, innerWidth, sizes.subtitle, theme.muted);
  const source = block(sourceLine(runs), innerWidth, sizes.source, theme.muted);
  const subtitleTop = sizes.margin + title.height + 4;
  const legendTop = subtitleTop + subtitle.height + gap;
  const legend = legendOf(words.legend ?? [], innerWidth, legendTop, theme);
  return {
    top: legendTop + legend.height,
    bottom: sizes.margin + source.height + gap,
    left: sizes.margin,
    right: sizes.margin,
    innerWidth,
    isNarrow: isNarrow(look),
    option: {
      backgroundColor: theme.background,
      textStyle: { fontFamily, color: theme.text },
      title: [
        { ...title.option, top: sizes.margin },
        { ...subtitle.option, top: subtitleTop },
        { ...source.option, bottom: sizes.margin },
      ],
      ...(legend.option !== undefined && { legend: legend.option }),
      tooltip: tooltipStyle(theme),
    },
  };
}

/** True when the picture is narrower than a blog's column. */
export function isNarrow({ width }: Look): boolean {
  return width < 560;
}

/** A heading inside a chart: above a panel or, smaller, above a part of one. Its option is appended to the frame's titles. */
export function heading(
  text: string,
  at: { left: number; top: number; width: number },
  theme: Theme,
  size: 'normal' | 'small' = 'normal',
) {
  const { option, height } =
    size === 'normal'
      ? block(text, at.width, sizes.heading, theme.text, 600)
      : block(text, at.width, sizes.label, theme.muted);
  return { option: { ...option, left: at.left, top: at.top }, height };
}

/** The style of every axis: spread it into the axis option. */
export function axisStyle(theme: Theme) {
  return {
    axisLine: { lineStyle: { color: theme.muted } },
    axisTick: { lineStyle: { color: theme.muted } },
    axisLabel: { color: theme.muted, fontSize: sizes.label - 1, fontFamily, hideOverlap: true },
    nameTextStyle: { color: theme.muted, fontSize: sizes.label - 1, fontFamily },
    splitLine: { lineStyle: { color: theme.grid } },
    minorSplitLine: { lineStyle: { color: theme.grid, opacity: 0.5 } },
  };
}

function tooltipStyle(theme: Theme) {
  return {
    confine: true,
    backgroundColor: theme.background,
    borderColor: theme.muted,
    textStyle: { color: theme.text, fontFamily, fontSize: sizes.label },
    extraCssText: 'white-space: pre-line; max-width: 300px;',
  };
}

function block(text: string, width: number, fontSize: number, color: string, fontWeight = 400) {
  const lines = wrap(text, width, fontSize, fontWeight > 400 ? 'heavy' : 'regular');
  const lineHeight = Math.ceil(fontSize * 1.35);
  return {
    height: lines.length * lineHeight,
    option: {
      text: lines.join('\n'),
      left: sizes.margin,
      padding: 0,
      textStyle: { color, fontSize, fontWeight, lineHeight, fontFamily },
    },
  };
}

/**
 * A legend with its own line breaks, because echarts would break rows by another font. @returns the height in pixels, which
 * includes the gap below the legend
 */
function legendOf(entries: readonly LegendEntry[], width: number, top: number, theme: Theme) {
  if (entries.length === 0) return { height: 0 };
  const between = 14;
  const rows: LegendEntry[][] = [[]];
  let right = 0;
  for (const entry of entries) {
    const item = legendKey + 5 + widthOf(entry.name, sizes.label);
    if (right > 0 && right + item > width) {
      rows.push([]);
      right = 0;
    }
    rows.at(-1)?.push(entry);
    right += item + between;
  }
  return {
    height: rows.length * (sizes.label + between) - between + 1.5 * gap,
    option: {
      // An entry without a name is a line break.
      data: rows.flatMap((row, index) => [
        ...(index === 0 ? [] : [{ name: '' }]),
        ...row.map((entry) => ({ ...entry })),
      ]),
      left: sizes.margin,
      top,
      width: 'auto',
      padding: 0,
      itemGap: between,
      itemWidth: legendKey,
      itemHeight: 10,
      textStyle: { color: theme.text, fontSize: sizes.label, fontFamily },
      inactiveColor: theme.grid,
      selectedMode: true,
    },
  };
}
