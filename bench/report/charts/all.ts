import type { MeasuredRun } from '../measured-run.ts';
import { buildChart } from './build.ts';
import type { Chart } from './chart.ts';
import { costChart } from './cost.ts';
import { latencyChart } from './latency.ts';
import { maxClientsChart } from './max-clients.ts';
import { rampMemoryChart } from './ramp-memory.ts';
import { timelineCharts } from './timeline.ts';

/** All charts by their names. One that draws several pictures begins their names with its own: "timeline-async". */
export const charts = {
  'max-clients': maxClientsChart,
  cost: costChart,
  'ramp-memory': rampMemoryChart,
  latency: latencyChart,
  build: buildChart,
  timeline: timelineCharts,
} as const;

/** Every chart that has something to show for these runs. Several runs stand side by side. Pure. */
export function chartsOf(runs: readonly MeasuredRun[]): Chart[] {
  return Object.values(charts).flatMap((chart) => chart(runs) ?? []);
}
