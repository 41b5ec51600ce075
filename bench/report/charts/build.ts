import { isMeasured } from '../../stats/figure.ts';
import type { MeasuredRun } from '../measured-run.ts';
import type { Chart } from './chart.ts';
import { axisStyle, frameOf } from './frame.ts';
import { colourOf } from './theme.ts';

/** Size of what is started, and the time that it takes to build. */
export function buildChart(runs: readonly MeasuredRun[]): Chart | undefined {
  const [run] = runs;
  if (run === undefined) return undefined;
  const { config, contenders } = run.summary;
  const bars = config.contenders.flatMap((name) => {
    const figure = contenders[name]?.compileMilliseconds;
    return figure !== undefined && isMeasured(figure) ? [{ name, value: figure.median }] : [];
  });
  if (bars.length === 0) return undefined;
  return {
    name: 'build',
    title: 'Size and compile time',
    alt: `Compile time: ${bars.map(({ name, value }) => `${name} ${Math.round(value)} ms`).join(', ')}.`,
    reading: 'Shorter is better.',
    draw: (look) => {
      const { theme } = look;
      const frame = frameOf(look, runs, { title: 'Size and compile time', subtitle: 'milliseconds' });
      return {
        height: frame.top + 120 + frame.bottom,
        option: {
          ...frame.option,
          grid: { top: frame.top, bottom: frame.bottom, left: frame.left, right: frame.right },
          xAxis: { ...axisStyle(theme), type: 'value' },
          yAxis: { ...axisStyle(theme), type: 'category', data: bars.map(({ name }) => name) },
          series: [
            {
              type: 'bar',
              data: bars.map(({ name, value }) => ({
                value,
                itemStyle: { color: colourOf(theme, config.contenders, name) },
              })),
            },
          ],
        },
      };
    },
  };
}
