import type { RampTimeline, TimelineStep } from '../../curves/curves.ts';
import type { AxisScale } from './axes.ts';
import type { Look } from './chart.ts';
import { heading, sizes } from './frame.ts';
import { widthOf } from './text.ts';
import type { Theme } from './theme.ts';
import { count } from './units.ts';

const marks = { passed: '✓', failed: '✗', void: '?' } as const;

/** What the marks mean that these steps have: "✓ passed, ✗ failed". */
export function verdictMarks(steps: readonly TimelineStep[]): string {
  const shown = (['passed', 'failed', 'void'] as const).filter((verdict) =>
    steps.some((step) => step.verdict === verdict),
  );
  const words = shown.map((verdict) => `${marks[verdict]} ${verdict}`).join(', ');
  return words === '' ? 'no step was judged' : `the clients of each step, and how it was judged: ${words}`;
}

/** Behind what is drawn: each step in the colour of its verdict. */
export function bandsOf(steps: readonly TimelineStep[], theme: Theme) {
  return {
    silent: true,
    data: steps.map(({ fromSeconds, toSeconds, verdict }) => [
      { xAxis: fromSeconds, itemStyle: { color: theme[verdict], opacity: verdict === 'passed' ? 0.1 : 0.2 } },
      { xAxis: toSeconds },
    ]),
  };
}

interface Place {
  left: number;
  top: number;
  width: number;
  /** Of the words above the strip. */
  textLeft: number;
  x: AxisScale;
}

/** Pixels. */
const stripHeight = 36;

/** A strip above the panels that says of each step what can be written in its width. */
export function stripOf(look: Look, { steps, cause }: RampTimeline, { left, top, width, textLeft, x }: Place) {
  const { theme } = look;
  const full = look.width - 2 * textLeft;
  const stopped = stopText(steps, cause);
  const words = heading(stopped, { left: textLeft, top, width: full }, theme, 'small');
  const stripTop = top + words.height + 4;
  const pixels = (step: TimelineStep) => ((step.toSeconds - step.fromSeconds) / x.max) * width;
  const axis = { gridIndex: 0, show: false, type: 'value', min: 0 };
  return {
    titles: [words.option],
    grid: { left, top: stripTop, width, height: stripHeight, outerBoundsMode: 'none' },
    xAxis: { ...axis, max: x.max, axisPointer: { show: false } },
    yAxis: { ...axis, max: 1 },
    series: {
      type: 'line',
      xAxisIndex: 0,
      yAxisIndex: 0,
      data: [],
      markArea: {
        silent: true,
        data: steps.map((step) => [
          {
            xAxis: step.fromSeconds,
            itemStyle: {
              color: theme[step.verdict],
              opacity: step.verdict === 'passed' ? 0.18 : 0.35,
            },
            label: {
              show: true,
              position: 'inside',
              formatter: textWithin(step, pixels(step)),
              color: theme.text,
              fontSize: sizes.label - 1,
              lineHeight: 15,
            },
          },
          { xAxis: step.toSeconds },
        ]),
      },
    },
    end: stripTop + stripHeight,
  };
}

function stopText(steps: readonly TimelineStep[], cause: string | undefined): string {
  if (cause === undefined) return 'Steps';
  const last = steps.at(-1);
  return last === undefined ? `Stopped: ${cause}` : `Stopped at ${count(last.clients)} clients: ${cause}`;
}

/** The mark alone in a narrow band, and nothing in one that is narrower still. */
function textWithin({ clients, verdict }: TimelineStep, width: number): string {
  const texts = [
    `${count(clients)}\n${marks[verdict]} ${verdict}`,
    `${count(clients)}\n${marks[verdict]}`,
    marks[verdict],
  ];
  const fits = (text: string) => text.split('\n').every((line) => widthOf(line, sizes.label - 1) + 4 <= width);
  return texts.find(fits) ?? '';
}
