import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { renderAsync } from '@resvg/resvg-js';

const fonts = dirname(createRequire(import.meta.url).resolve('@expo-google-fonts/inter/package.json'));

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
