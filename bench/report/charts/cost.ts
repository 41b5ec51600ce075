import type { Config } from '../../plan/config.ts';
import { type Figure, isMeasured } from '../../stats/figure.ts';
import { formatInterval, kilobytes, megabytes, microseconds } from '../../text/format.ts';
import type { MeasuredRun } from '../measured-run.ts';
import { contendersOf, drawBars } from './bar-chart.ts';
import type { Chart } from './chart.ts';
import { figurePanel, keyOf, panelInWords } from './figure-panel.ts';
import { clientsText } from './units.ts';

const title = 'What one client costs';

/** The memory and CPU time that one client costs the server; undefined when no run has either. Pure. */
export function costChart(all: readonly MeasuredRun[]): Chart | undefined {
  const runs = all.filter(({ summary }) => summary.config.phases.includes('memory'));
  const loads = new Set(runs.map(({ summary }) => loadOf(summary.config)));
  const isAlike = loads.size === 1;
  // Runs of different loads have the load in their labels.
  const named = isAlike ? runs : runs.map((run) => ({ ...run, label: `${run.label}: ${loadOf(run.summary.config)}` }));
  const memory = figurePanel(named, {
    isNamed: all.length > 1,
    name: 'Memory per client',
    of: ({ rssBytesPerClient }) => rssBytesPerClient,
    format: kilobytes,
    tickFormat: (highest) => (highest < 1_000_000 ? kilobytes : megabytes),
  });
  const cpu = figurePanel(named, {
    isNamed: all.length > 1,
    name: 'CPU time per client, each second',
    of: ({ cpuMicrosecondsPerMessage }, { summary }) =>
      scaled(cpuMicrosecondsPerMessage, 1_000 / summary.config.intervalMilliseconds),
    format: microseconds,
    tickFormat: () => microseconds,
  });
  const panels = [memory, cpu].filter((panel) => panel !== undefined);
  if (panels.length === 0) return undefined;
  const subtitle = `What the server uses beyond its idle state${isAlike ? `; ${[...loads].join('')}` : ''}. ${keyOf(panels, 'single trials')}`;
  return {
    name: 'cost',
    title,
    alt: panels.map(panelInWords).join(' '),
    reading: `Shorter is better. What one client takes decides how many a machine has room for.${cpu !== undefined ? ' 1,000,000 µs of CPU time each second are one whole core.' : ''}`,
    draw: (look) => drawBars(look, runs, { title, subtitle, panels, contenders: contendersOf(all), columns: 2 }),
  };
}

function loadOf({ memory, intervalMilliseconds }: Config): string {
  return `${clientsText(memory.clients)}, one message ${formatInterval(intervalMilliseconds)} each`;
}

function scaled(figure: Figure, by: number): Figure {
  if (!isMeasured(figure)) return figure;
  const { median, min, max, values } = figure;
  return { median: median * by, min: min * by, max: max * by, values: values.map((value) => value * by) };
}
