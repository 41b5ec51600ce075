import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rasterize } from './pictures.ts';

const svgOf = (content: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="40"><rect width="100" height="40" fill="#fff"/>${content}</svg>`;
const textOf = (text: string, weight = 400) =>
  svgOf(`<text x="4" y="24" font-family="Inter, sans-serif" font-size="14" font-weight="${weight}">${text}</text>`);

describe('a rasterized picture', () => {
  test('has two pixels per pixel of the drawing, in each direction', async () => {
    const png = await rasterize(svgOf(''));
    assert.equal(png.subarray(1, 4).toString(), 'PNG');
    // PNG specification, 11.2.2: width and height begin the first chunk.
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [200, 80]);
  });

  test('has all letters and signs without fonts of the machine', async () => {
    const pictures = await Promise.all(
      [
        svgOf(''),
        textOf('async'),
        textOf('async', 600),
        textOf('µ'),
        textOf('±'),
        textOf('≥'),
        textOf('×'),
        textOf('✓'),
      ].map(rasterize),
    );
    const distinct = new Set(pictures.map((png) => png.toString('base64')));
    assert.equal(distinct.size, pictures.length, 'a sign that the font lacks is drawn as the same box, or not at all');
  });
});
