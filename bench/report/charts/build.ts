import { kilobytes, megabytes, milliseconds, seconds } from '../../text/format.ts';
import type { MeasuredRun } from '../measured-run.ts';
import { contendersOf, drawBars } from './bar-chart.ts';
import type { Chart } from './chart.ts';
import { figurePanel, keyOf, panelInWords } from './figure-panel.ts';

const title = 'Size and compile time';

/** The size of the started bundles, and the time to build them; undefined when no run has either. Pure. */
export function buildChart(all: readonly MeasuredRun[]): Chart | undefined {
  const runs = all.filter(({ summary }) => summary.config.phases.includes('build'));
  const panels = [
    figurePanel(runs, {
      isNamed: all.length > 1,
      name: 'Size of the bundle',
      of: ({ bundleBytes }) => bundleBytes,
      format: kilobytes,
      tickFormat: (highest) => (highest < 1_000_000 ? kilobytes : megabytes),
    }),
    figurePanel(runs, {
      isNamed: all.length > 1,
      name: 'Compile time',
      of: ({ compileMilliseconds }) => compileMilliseconds,
      format: milliseconds,
      tickFormat: (highest) => (highest < 10_000 ? milliseconds : seconds),
    }),
  ].filter((panel) => panel !== undefined);
  if (panels.length === 0) return undefined;
  const subtitle = `Minified JavaScript of the server and, where it has one, its worker; type-check and bundle from clean. ${keyOf(panels, 'single builds')}`;
  return {
    name: 'build',
    title,
    alt: panels.map(panelInWords).join(' '),
    reading: 'Shorter is better: less to copy to the machine, and less to wait for after a change.',
    draw: (look) => drawBars(look, runs, { title, subtitle, panels, contenders: contendersOf(all), columns: 2 }),
  };
}
