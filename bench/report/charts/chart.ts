import type { EChartsCoreOption } from 'echarts/core';
import type { Theme } from './theme.ts';

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
