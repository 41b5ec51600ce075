import { kilobytes, milliseconds } from '../format.ts';
import type { MeasuredRun } from '../measured-run.ts';
import { drawBars } from './bar-chart.ts';
import type { Chart } from './chart.ts';
import { figurePanel, keyOf, panelInWords } from './figure-panel.ts';

const title = 'Size and compile time';

/** Size of what is started, and the time that it takes to build. */
export function buildChart(runs: readonly MeasuredRun[]): Chart | undefined {
  const panels = [
    figurePanel(runs, { name: 'Size of the bundle', of: ({ bundleBytes }) => bundleBytes, format: kilobytes }),
    figurePanel(runs, {
      name: 'Compile time',
      of: ({ compileMilliseconds }) => compileMilliseconds,
      format: milliseconds,
    }),
  ].filter((panel) => panel !== undefined);
  if (panels.length === 0) return undefined;
  const subtitle = `Minified JavaScript of the server and, where it has one, its worker; type-check and bundle from clean. ${keyOf(panels, 'single builds')}`;
  return {
    name: 'build',
    title,
    alt: panels.map(panelInWords).join(' '),
    reading: 'Shorter is better: less to ship to the board, and less to wait for after a change.',
    draw: (look) => drawBars(look, runs, { title, subtitle, panels, columns: 2 }),
  };
}
