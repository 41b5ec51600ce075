import { chartsOf } from '../charts/all.ts';
import type { Chart } from '../charts/chart.ts';
import { init } from '../charts/echarts.ts';
import { themes } from '../charts/theme.ts';
import type { MeasuredRun } from '../measured-run.ts';
import { drawnClass, liveId } from '../page/contract.ts';

/** Replaces each still picture by a live chart, which follows the pointer, the width of the window and the colour scheme. */
export function drawCharts(runs: readonly MeasuredRun[]): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  for (const chart of chartsOf(runs)) {
    const place = document.getElementById(liveId(chart.name));
    const figure = place?.closest('figure');
    if (place === null || figure === null || figure === undefined) continue;
    try {
      drawChart(chart, figure, place, dark);
    } catch (error) {
      // A chart that fails does not stop the others.
      reportError(error);
    }
  }
}

function drawChart(chart: Chart, figure: HTMLElement, place: HTMLElement, dark: MediaQueryList): void {
  let width = figure.clientWidth;
  place.hidden = false;
  figure.classList.add(drawnClass);
  const drawn = init(place, null, { renderer: 'svg', width, height: 0 });
  const redraw = () => {
    const { height, option } = chart.draw({ width, theme: dark.matches ? themes.dark : themes.light });
    place.style.height = `${height}px`;
    drawn.resize({ width, height });
    drawn.setOption({ ...option, animation: false }, { notMerge: true });
  };
  redraw();
  dark.addEventListener('change', redraw);
  new ResizeObserver(() => {
    // The next frame redraws, because drawing changes the size that is observed.
    requestAnimationFrame(() => {
      if (figure.clientWidth === width || figure.clientWidth === 0) return;
      width = figure.clientWidth;
      redraw();
    });
  }).observe(figure);
}
