import type { Chart, Look } from './chart.ts';
import { init, setPlatformAPI } from './echarts.ts';
import { escapeText, widthOf } from './text.ts';

// Without a browser, echarts estimates the width of a text. It gets the same estimate as the frame.
setPlatformAPI({
  measureText: (text, font = '') => {
    const fontSize = Number.parseFloat(/[\d.]+px/.exec(font)?.[0] ?? '12');
    return { width: widthOf(text, fontSize, /\b(?:600|bold)\b/.test(font) ? 'heavy' : 'regular') };
  },
});

/** The chart as an SVG file. Text stays text, and a title and a description tell screen readers what it shows. Pure. */
export function renderSvg(chart: Chart, look: Look): string {
  const { height, option } = chart.draw(look);
  const drawn = init(null, null, { renderer: 'svg', ssr: true, width: look.width, height });
  try {
    drawn.setOption({ ...option, animation: false });
    const svg = still(drawn.renderToSVGString(), `${chart.name}-${look.width}-${look.theme.name}`);
    return labelled(svg, chart);
  } finally {
    // A timer of echarts would keep the process alive.
    drawn.dispose();
  }
}

const forAPage =
  /<style ><!\[CDATA\[.*?\]\]>\s*<\/style>\s*| (?:class="zr[^"]*"|pointer-events="[^"]*"|ecmeta_\w+="[^"]*")/gs;

/**
 * Removes what only a live chart needs, such as reactions to a pointer. Renames the parts that the picture refers to, because
 * echarts counts them across charts, and the same chart would give another file each time.
 */
function still(svg: string, name: string): string {
  return svg.replaceAll(forAPage, '').replaceAll(/\bzr\d+-/g, `${name}-`);
}

/** SVG 2, 5.8: `title` and `desc` are an element's name and description. */
function labelled(svg: string, { title, alt }: Chart): string {
  const words = `<title>${escapeText(title)}</title><desc>${escapeText(alt)}</desc>`;
  return `${svg.replace(/^<svg [^>]*>/, (tag) => `${tag.slice(0, -1)} role="img">${words}`)}\n`;
}
