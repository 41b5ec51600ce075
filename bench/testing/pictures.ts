import { curvesOf } from '../curves/curves.ts';
import { ofType } from '../record/entries.ts';
import type { Entry } from '../record/record.ts';
import { widthOf } from '../report/charts/text.ts';
import type { MeasuredRun } from '../report/measured-run.ts';
import { summarize } from '../summary/summary.ts';

export function measuredRun(entries: Entry[], label = '2026-11-20T10-43-25Z-vm-0123456789ab'): MeasuredRun {
  const servers = ofType(entries, 'run')[0]?.servers ?? {};
  return { folder: label, label, summary: summarize(entries), servers, curves: curvesOf(entries) };
}

/** A line of text in a picture, and its place in pixels. */
export interface DrawnText {
  text: string;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const characters: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };

/**
 * Texts of an SVG as echarts writes it: one element per line, placed by x, y and a translation, or by a matrix for the
 * middle of an upright label.
 */
export function textsOf(svg: string): DrawnText[] {
  return [...svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)].map(([, attributes = '', content = '']) => {
    const number = (pattern: RegExp) => Number(pattern.exec(attributes)?.[1] ?? 0);
    const fontSize = number(/font-size:([\d.]+)px/);
    const text = content.replaceAll(/&(lt|gt|quot|#39|amp);/g, (entity) => characters[entity] ?? entity);
    const width = widthOf(text, fontSize, /font-weight:(?:600|bold)/.test(attributes) ? 'heavy' : 'regular');
    const [, uprightX, uprightY] = /matrix\(0,-1,1,0,([-\d.]+),([-\d.]+)\)/.exec(attributes) ?? [];
    if (uprightX !== undefined && uprightY !== undefined) {
      return around({ text, x: Number(uprightX), y: Number(uprightY), width: fontSize, height: width });
    }
    const x = number(/ x="([-\d.]+)"/) + number(/translate\(([-\d.]+)/);
    const y = number(/ y="([-\d.]+)"/) + number(/translate\([-\d.]+[ ,]([-\d.]+)/);
    const before = { start: 0, middle: 0.5, end: 1 }[/text-anchor="(\w+)"/.exec(attributes)?.[1] ?? 'start'] ?? 0;
    return around({ text, x: x + width * (0.5 - before), y, width, height: fontSize });
  });
}

/** Turns the middle and the size of a text into its edges. */
function around({ text, x, y, width, height }: { text: string; x: number; y: number; width: number; height: number }) {
  return { text, left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

/** Texts that the picture cuts or that overlap, one phrase each; [] when there is none. */
export function defectsOf(svg: string): string[] {
  const [, width = 0, height = 0] = /<svg width="([\d.]+)" height="([\d.]+)"/.exec(svg)?.map(Number) ?? [];
  const texts = textsOf(svg);
  const cut = texts.filter(({ left, right, top, bottom }) => left < 0 || top < 0 || right > width || bottom > height);
  const overlapping = texts.flatMap((one, index) =>
    texts.slice(index + 1).flatMap((other) => (overlap(one, other) ? [`"${one.text}" lies on "${other.text}"`] : [])),
  );
  return [...cut.map(({ text }) => `"${text}" is cut`), ...overlapping];
}

function overlap(one: DrawnText, other: DrawnText): boolean {
  const isApart =
    one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top;
  return !isApart;
}

/** All text of a picture, with wrapped lines joined. */
export function wordsOf(svg: string): string {
  return textsOf(svg)
    .map(({ text }) => text)
    .join(' ');
}
