import type { EChartsCoreOption } from 'echarts/core';
import type { Theme } from './theme.ts';

/** One picture. Its content is fixed. The caller of `draw` chooses its width and colours. */
export interface Chart {
  /** The name of its files, such as "max-clients". */
  name: string;
  title: string;
  /** What the chart shows, with its numbers, for readers who cannot see it. */
  alt: string;
  /** How to read the chart, in a few sentences. */
  reading: string;
  draw(look: Look): Drawing;
}

export interface Look {
  /** Pixels. A blog's column is about 760 wide, a phone 360. */
  width: number;
  theme: Theme;
}

export interface Drawing {
  /** Pixels. */
  height: number;
  option: EChartsCoreOption;
}
