import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { renderAsync } from '@resvg/resvg-js';
import type { Chart } from '../report/charts/chart.ts';
import { renderSvg } from '../report/charts/svg.ts';
import { themes } from '../report/charts/theme.ts';
import type { Files } from './files.ts';

const fonts = dirname(createRequire(import.meta.url).resolve('@expo-google-fonts/inter/package.json'));
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

/**
 * Renders an SVG as PNG with two pixels per SVG pixel. It brings its own font, because a Raspberry Pi without a desktop
 * has none, and because every machine then draws the same picture.
 */
export async function rasterize(svg: string): Promise<Buffer> {
  const image = await renderAsync(svg, {
    fitTo: { mode: 'zoom', value: 2 },
    font: {
      loadSystemFonts: false,
      fontFiles: ['400Regular/Inter_400Regular.ttf', '600SemiBold/Inter_600SemiBold.ttf'].map((file) =>
        join(fonts, file),
      ),
      defaultFontFamily: 'Inter',
    },
  });
  return image.asPng();
}
