import { isMeasured } from '../../stats/figure.ts';
import type { MeasuredRun } from '../measured-run.ts';
import type { Chart } from './chart.ts';
import { colourOf } from './theme.ts';

/** Size of what is started, and the time that it takes to build. */
export function buildChart([run]: readonly MeasuredRun[]): Chart | undefined {
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
    draw: ({ theme }) => ({
      height: 240,
      option: {
        backgroundColor: theme.background,
        textStyle: { fontFamily: 'Inter, system-ui, sans-serif', color: theme.text },
        title: { text: 'Size and compile time', textStyle: { color: theme.text } },
        tooltip: {},
        xAxis: { type: 'value', name: 'ms' },
        yAxis: { type: 'category', data: bars.map(({ name }) => name) },
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
    }),
  };
}
