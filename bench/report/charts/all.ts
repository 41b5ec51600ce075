import type { MeasuredRun } from '../measured-run.ts';
import { buildChart } from './build.ts';
import type { Chart } from './chart.ts';
import { costChart } from './cost.ts';
import { latencyChart } from './latency.ts';
import { maxClientsChart } from './max-clients.ts';
import { rampMemoryChart } from './ramp-memory.ts';
import { timelineCharts } from './timeline.ts';

/** Every chart that has something to show for these runs. Several runs stand side by side. Pure. */
export function chartsOf(runs: readonly MeasuredRun[]): Chart[] {
  const charts = [maxClientsChart, costChart, rampMemoryChart, latencyChart, buildChart, timelineCharts];
  return charts.flatMap((chart) => chart(runs) ?? []);
}
