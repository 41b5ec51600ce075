import type { RampTimeline, TimelineStep } from '../../curves/points.ts';
import type { AxisScale } from './axes.ts';
import type { Look } from './chart.ts';
import { heading, sizes } from './frame.ts';
import { widthOf } from './text.ts';
import type { Theme } from './theme.ts';
import { clientsText, count } from './units.ts';

const marks = { passed: '✓', failed: '✗', void: '?' } as const;

/** Explains the strip, and the marks that these steps have: "✓ passed, ✗ failed". */
export function verdictMarks(steps: readonly TimelineStep[]): string {
  const shown = (['passed', 'failed', 'void'] as const).filter((verdict) =>
    steps.some((step) => step.verdict === verdict),
  );
  const words = shown.map((verdict) => `${marks[verdict]} ${verdict}`).join(', ');
  return words === '' ? 'no step was judged' : `clients asked for in each step, and its verdict: ${words}`;
}

/** Bands behind the lines: each step in the colour of its verdict. */
export function bandsOf(steps: readonly TimelineStep[], theme: Theme) {
  return {
    silent: true,
    data: steps.map(({ fromSeconds, toSeconds, verdict }) => [
      { xAxis: fromSeconds, itemStyle: { color: theme[verdict], opacity: verdict === 'passed' ? 0.08 : 0.13 } },
      { xAxis: toSeconds },
    ]),
  };
}

interface Place {
  left: number;
  top: number;
  width: number;
  /** The left end of the room for the words above the strip. */
  textLeft: number;
  x: AxisScale;
}

/** Pixels. */
const stripHeight = 36;
const textSize = sizes.label - 1;
const lineHeight = 15;

/** A strip above the panels with the clients and the verdict of each step. @returns also `end`: its lower end in pixels */
export function stripOf(look: Look, { steps, cause }: RampTimeline, { left, top, width, textLeft, x }: Place) {
  const { theme } = look;
  const full = look.width - 2 * textLeft;
  const stopped = stopText(steps, cause);
  const words = heading(stopped, { left: textLeft, top, width: full }, theme);
  const stripTop = top + words.height + 4;
  const labels = steps.map((step) => labelWithin(step, ((step.toSeconds - step.fromSeconds) / x.max) * width));
  const height = Math.max(stripHeight, ...labels.map((label) => label.height));
  const axis = { gridIndex: 0, show: false, type: 'value', min: 0 };
  return {
    // The words end where the strip and the ramp end.
    titles: [{ ...words.option, left: left + width, textAlign: 'right' }],
    grid: { left, top: stripTop, width, height, outerBoundsMode: 'none' },
    xAxis: { ...axis, max: x.max, axisPointer: { show: false } },
    yAxis: { ...axis, max: 1 },
    series: {
      type: 'line',
      xAxisIndex: 0,
      yAxisIndex: 0,
      data: [],
      markArea: {
        silent: true,
        data: steps.map((step, index) => [
          {
            xAxis: step.fromSeconds,
            itemStyle: {
              color: theme[step.verdict],
              opacity: step.verdict === 'passed' ? 0.2 : 0.4,
              // The border separates steps with the same verdict.
              borderColor: theme.background,
              borderWidth: 1.5,
            },
            label: {
              show: true,
              position: 'inside',
              formatter: labels[index]?.text ?? '',
              rotate: labels[index]?.rotate ?? 0,
              color: theme.text,
              fontSize: textSize,
              lineHeight,
            },
          },
          { xAxis: step.toSeconds },
        ]),
      },
    },
    end: stripTop + height,
  };
}

function stopText(steps: readonly TimelineStep[], cause: string | undefined): string {
  const last = steps.at(-1);
  if (cause === undefined) return 'Steps';
  if (last === undefined) return `Stopped: ${cause}`;
  // After a passed step the next one has begun, unless the target was reached.
  const where = last.verdict === 'passed' && cause !== 'target reached' ? 'after' : 'at';
  return `Stopped ${where} ${clientsText(last.clients)}: ${cause}`;
}

interface StepLabel {
  text: string;
  rotate: 0 | 90;
  /** The least height of the strip for this label, in pixels. */
  height: number;
}

/** The label that fits into a band: words, else a mark and the clients, else both upright, else the mark, else nothing. */
function labelWithin({ clients, verdict }: TimelineStep, width: number): StepLabel {
  const [number, mark] = [count(clients), marks[verdict]];
  const fits = (text: string) => text.split('\n').every((line) => widthOf(line, textSize) <= width - 1);
  const lying = [`${number}\n${mark} ${verdict}`, `${number}\n${mark}`].find(fits);
  if (lying !== undefined) return { text: lying, rotate: 0, height: stripHeight };
  // Digits are lower than their line, so a band may be a pixel narrower than the font size.
  if (width < textSize - 1) return { text: fits(mark) ? mark : '', rotate: 0, height: stripHeight };
  const upright = `${mark} ${number}`;
  return { text: upright, rotate: 90, height: Math.ceil(widthOf(upright, textSize)) + 8 };
}
