import type { CustomSeriesOption } from 'echarts/charts';
import { isMeasured } from '../../stats/figure.ts';
import {
  arrowLength,
  type Bar,
  dotRadius,
  lineHeight,
  linesAbove,
  type Manner,
  padding,
  paleOpacity,
  placeText,
  textSize,
} from './bars.ts';
import { fontFamily } from './frame.ts';
import type { Scale } from './scale.ts';
import type { Theme } from './theme.ts';

export interface BarLook {
  theme: Theme;
  manner: Manner;
  /** Pixels between the two ends of the scale. */
  width: number;
  height: number;
  colourOf: (bar: Bar) => string;
}

interface Box {
  top: number;
  left: number;
  /** The horizontal position of a value, in pixels. */
  at: (value: number) => number;
}

type Shape = Extract<NonNullable<ReturnType<RenderBar>>, { type: 'group' }>['children'][number];
type RenderBar = NonNullable<CustomSeriesOption['renderItem']>;

/** Draws one row: the bar, a dot per trial, and the text. It runs in Node and in browsers. */
export function barRenderer(bars: readonly Bar[], scale: Scale, look: BarLook): RenderBar {
  return ({ dataIndex }, api) => {
    const bar = bars[dataIndex];
    const [left = 0, middle = 0] = api.coord([scale.min, dataIndex]);
    if (bar === undefined) return undefined;
    const { indent, lines } = linesAbove(bar, look.width);
    const textHeight = look.manner === 'above' ? lines.length * lineHeight : 0;
    const rowTop = middle - (look.height + textHeight) / 2;
    const box = {
      top: rowTop + textHeight,
      left,
      at: (value: number) => api.coord([Math.min(scale.max, Math.max(scale.min, value)), dataIndex])[0] ?? left,
    };
    const texts =
      look.manner === 'beside'
        ? besideText(bar, scale, box, look)
        : [
            label(bar.contender, left + padding, rowTop, { fill: look.theme.text, fontWeight: 600, ...halo(look) }),
            ...lines.map((line, index) =>
              label(line, left + indent, rowTop + index * lineHeight, { fill: colour(bar, look), ...halo(look) }),
            ),
          ];
    return { type: 'group', children: [...shapes(bar, box, look), ...dots(bar, box, look), ...texts] };
  };
}

function shapes(bar: Bar, { top, left, at }: Box, look: BarLook): Shape[] {
  const { figure, upTo, isLowerBound } = bar;
  if (!isMeasured(figure)) return [];
  const { height } = look;
  const fill = look.colourOf(bar);
  const right = at(figure.median);
  const pale = { fill, stroke: fill, fillOpacity: paleOpacity, lineWidth: 1, lineDash: [3, 2] };
  const drawn: Shape[] = [{ type: 'rect', shape: { x: left, y: top, width: right - left, height }, style: { fill } }];
  if (upTo !== undefined && isMeasured(upTo) && at(upTo.median) > right) {
    const width = at(upTo.median) - right;
    drawn.push({ type: 'rect', shape: { x: right, y: top + 0.5, width, height: height - 1 }, style: pale });
  }
  if (isLowerBound) {
    const points = [
      [right, top],
      [right + arrowLength, top + height / 2],
      [right, top + height],
    ];
    drawn.push({ type: 'polygon', shape: { points }, style: pale });
  }
  return drawn;
}

/** One dot per trial. A single trial has none, because the end of the bar shows its value. */
function dots({ figure }: Bar, { top, at }: Box, { theme, height }: BarLook): Shape[] {
  if (!isMeasured(figure) || figure.values.length === 1) return [];
  return figure.values.map((value) => ({
    type: 'circle',
    shape: { cx: at(value), cy: top + height / 2, r: dotRadius },
    style: { fill: theme.background, stroke: theme.text, lineWidth: 1 },
  }));
}

function besideText(bar: Bar, scale: Scale, { top, left }: Box, look: BarLook): Shape[] {
  const placed = placeText(bar, scale, look.width);
  if (placed === undefined) return [];
  const style = {
    bar: { fill: look.theme.background },
    pale: { fill: look.theme.text },
    background: { fill: colour(bar, look), ...halo(look) },
  };
  return [label(bar.text, left + placed.left, top + (look.height - lineHeight) / 2, style[placed.on])];
}

/** An outline in the colour of the background, so that lines of the axis do not cross letters. */
function halo({ theme }: BarLook) {
  return { stroke: theme.background, lineWidth: 3 };
}

function colour({ figure }: Bar, { theme }: BarLook): string {
  return isMeasured(figure) ? theme.text : theme.muted;
}

function label(text: string, x: number, top: number, style: object): Shape {
  return {
    type: 'text',
    style: { text, x, y: top + lineHeight / 2, verticalAlign: 'middle', fontSize: textSize, fontFamily, ...style },
  };
}
