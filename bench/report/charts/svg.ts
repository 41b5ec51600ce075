import type { Chart, Look } from './chart.ts';
import { init, setPlatformAPI } from './echarts.ts';
import { escapeText, widthOf } from './text.ts';

// Where there is no browser, echarts guesses how wide a text is: it may as well guess as the frame does.
setPlatformAPI({
  measureText: (text, font = '') => {
    const fontSize = Number.parseFloat(/[\d.]+px/.exec(font)?.[0] ?? '12');
    return { width: widthOf(text, fontSize, /\b(?:600|bold)\b/.test(font) ? 'heavy' : 'regular') };
  },
});

/** The chart as a picture that stands alone: text stays text, and says to a screen reader what is to be seen. Pure. */
export function renderSvg(chart: Chart, look: Look): string {
  const { height, option } = chart.draw(look);
  const drawn = init(null, null, { renderer: 'svg', ssr: true, width: look.width, height });
  try {
    drawn.setOption({ ...option, animation: false });
    const svg = still(drawn.renderToSVGString(), `${chart.name}-${look.width}-${look.theme.name}`);
    return labelled(svg, chart);
  } finally {
    // Else its clock keeps the process alive.
    drawn.dispose();
  }
}

const forAPage =
  /<style ><!\[CDATA\[.*?\]\]>\s*<\/style>\s*| (?:class="zr[^"]*"|pointer-events="[^"]*"|ecmeta_\w+="[^"]*")/gs;

/**
 * Without what is for a page with the chart alive in it: what happens under a pointer. And with names of its own for
 * what it refers to: echarts counts, so the same chart would be another file each time.
 */
function still(svg: string, name: string): string {
  return svg.replaceAll(forAPage, '').replaceAll(/\bzr\d+-/g, `${name}-`);
}

/** SVG 2, 5.8: `title` and `desc` are an element's name and description. */
function labelled(svg: string, { title, alt }: Chart): string {
  const words = `<title>${escapeText(title)}</title><desc>${escapeText(alt)}</desc>`;
  return `${svg.replace(/^<svg [^>]*>/, (tag) => `${tag.slice(0, -1)} role="img">${words}`)}\n`;
}
