import type { EChartsCoreOption } from 'echarts/core';
import type { MeasuredRun } from '../measured-run.ts';
import { buildChart } from './build.ts';
import { costChart } from './cost.ts';
import { latencyChart } from './latency.ts';
import { maxClientsChart } from './max-clients.ts';
import { rampMemoryChart } from './ramp-memory.ts';
import type { Theme } from './theme.ts';
import { timelineCharts } from './timeline.ts';

/** One picture. What it shows is decided; how wide it is and in which colours, by whoever draws it. */
export interface Chart {
  /** Of its files: "max-clients". */
  name: string;
  title: string;
  /** For whoever cannot see it: what it shows, with its numbers. */
  alt: string;
  /** How it is to be read, in one or two sentences. */
  reading: string;
  draw(look: Look): Drawing;
}

export interface Look {
  /** Pixels. A blog's column is about 760 wide, a phone 360. */
  width: number;
  theme: Theme;
}

export interface Drawing {
  height: number;
  option: EChartsCoreOption;
}

/** Every chart that these runs have something to show in; several runs stand side by side. Pure. */
export function chartsOf(runs: readonly MeasuredRun[]): Chart[] {
  const charts = [maxClientsChart, costChart, rampMemoryChart, latencyChart, buildChart, timelineCharts];
  return charts.flatMap((chart) => chart(runs) ?? []);
}
