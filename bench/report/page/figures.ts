import type { Element, Literal } from 'hast';
import { h } from 'hastscript';
import type { Chart } from '../charts/chart.ts';
import { fontFamily } from '../charts/frame.ts';
import { renderSvg } from '../charts/svg.ts';
import { themes } from '../charts/theme.ts';
import { liveId } from './contract.ts';
import type { Section } from './material.ts';

/** Widths of the still pictures in pixels. Print uses the wide one. */
const widths = { wide: 760, narrow: 328 } as const;

/** Every chart: still pictures for paper and for pages without the script, and an element for the live chart. */
export function figures(charts: readonly Chart[]): Section | undefined {
  if (charts.length === 0) return undefined;
  return { id: 'charts', title: 'Charts', content: charts.map(figure) };
}

function figure(chart: Chart): Element {
  const { name, title, alt, reading } = chart;
  return h('figure', { id: `chart-${name}` }, [
    still(chart, 'wide'),
    still(chart, 'narrow'),
    h('div', { className: 'live', id: liveId(name), role: 'img', ariaLabel: `${title}. ${alt}`, hidden: true }),
    h('figcaption', reading),
  ]);
}

function still(chart: Chart, size: keyof typeof widths): Element {
  const svg = renderSvg(chart, { width: widths[size], theme: themes.light });
  return h('div', { className: ['still', size] }, raw(svg.replaceAll(font, '')));
}

/** The font that a drawing repeats at every text. It is removed, because the page sets the same one. */
const font = `font-family:${fontFamily};`;

/** Markup that is written as it is. */
interface Raw extends Literal {
  type: 'raw';
}

declare module 'hast' {
  interface ElementContentMap {
    raw: Raw;
  }
  interface RootContentMap {
    raw: Raw;
  }
}

function raw(value: string): Raw {
  return { type: 'raw', value };
}
