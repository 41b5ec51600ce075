import type { Chart, Look } from './chart.ts';
import { init, setPlatformAPI } from './echarts.ts';
import { escapeText, widthOf } from './text.ts';

// Where there is no browser, echarts guesses how wide a text is: it may as well guess as the frame does.
setPlatformAPI({
  measureText: (text, font = '') => ({ width: widthOf(text, Number.parseFloat(/[\d.]+px/.exec(font)?.[0] ?? '12')) }),
});

/** The chart as a picture that stands alone: text stays text, and says to a screen reader what is to be seen. Pure. */
export function renderSvg(chart: Chart, look: Look): string {
  const { height, option } = chart.draw(look);
  const drawn = init(null, null, { renderer: 'svg', ssr: true, width: look.width, height });
  try {
    drawn.setOption({ ...option, animation: false });
    return labelled(drawn.renderToSVGString(), chart);
  } finally {
    // Else its clock keeps the process alive.
    drawn.dispose();
  }
}

/** SVG 2, 5.8: `title` and `desc` are an element's name and description. */
function labelled(svg: string, { title, alt }: Chart): string {
  const words = `<title>${escapeText(title)}</title><desc>${escapeText(alt)}</desc>`;
  return `${svg.replace(/^<svg [^>]*>/, (tag) => `${tag.slice(0, -1)} role="img">${words}`)}\n`;
}
