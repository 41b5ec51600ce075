import type { Chart } from '../report/charts/chart.ts';
import { renderSvg } from '../report/charts/svg.ts';
import { themes } from '../report/charts/theme.ts';
import type { Files } from './files.ts';
import { rasterize } from './png.ts';

/** Pixels, as wide as a blog's column. */
const width = 760;

/** Each chart in a light and a dark theme, as SVG and PNG. */
export async function drawAll(charts: readonly Chart[]): Promise<Files> {
  const drawn = charts.flatMap((chart) =>
    Object.values(themes).map((theme) => ({
      name: `charts/${chart.name}${theme.name === 'light' ? '' : `-${theme.name}`}`,
      svg: renderSvg(chart, { width, theme }),
    })),
  );
  const pictures = drawn.map(
    async ({ name, svg }): Promise<[string, string | Uint8Array][]> => [
      [`${name}.svg`, svg],
      [`${name}.png`, await rasterize(svg)],
    ],
  );
  return new Map((await Promise.all(pictures)).flat());
}
