import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { Resvg } from '@resvg/resvg-js';
import { causes } from '../../record/causes.ts';
import { escapeText, widthOf, wrap } from './text.ts';

const fonts = dirname(createRequire(import.meta.url).resolve('@expo-google-fonts/inter/package.json'));

/** The width of a text of 20 pixels in the font itself. */
function drawnWidth(text: string, weight: 400 | 600): number {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="50"><text y="30" font-size="20" font-family="Inter" font-weight="${weight}">${escapeText(text)}</text></svg>`;
  const file = weight === 400 ? '400Regular/Inter_400Regular.ttf' : '600SemiBold/Inter_600SemiBold.ttf';
  const font = { loadSystemFonts: false, fontFiles: [join(fonts, file)], defaultFontFamily: 'Inter' };
  return new Resvg(svg, { font }).getBBox()?.width ?? Number.NaN;
}

describe('the width of a text', () => {
  const texts = [
    'blocking-2',
    '17,678 ± 2,000, not 21,023 ± 12 · server descriptors (3 of 4 trials), handshake deadline',
    '≥ 100,000 · target reached',
    '1,320 µs ± 240 µs; 10.5 MB ± 39 kB',
    'Raspberry Pi 4 Model B Rev 1.5 (a virtual machine), 4 cores; Node 26.10.0; 2026-11-21; commit aeb5c8c4c5d4.',
    'Number of clients, logarithmic. Bar: held (median); pale: up to the number not held; dots: single trials.',
    ...causes,
  ];

  test('is somewhat more than in Inter, because other fonts are wider', () => {
    for (const text of texts) {
      const drawn = drawnWidth(text, 400);
      const estimate = widthOf(text, 20);
      assert.ok(estimate >= drawn * 1.12 && estimate < drawn * 1.27 + 2, `${text}: ${estimate}, drawn ${drawn}`);
    }
  });

  test('is enough for headings, too', () => {
    for (const text of [
      'What one client costs',
      'Size and compile time',
      'CPU time per client, each second',
      'async',
    ]) {
      assert.ok(widthOf(text, 20, 'heavy') >= drawnWidth(text, 600) * 1.2, text);
    }
  });
});

describe('wrapping', () => {
  const words = 'Raspberry Pi 4 Model B Rev 1.5, 4 cores';

  test('no line is wider than it may be, and nothing is lost', () => {
    for (const width of [60, 100, 200, 1_000]) {
      const lines = wrap(words, width, 12);
      assert.ok(lines.every((line) => widthOf(line, 12) <= width));
      assert.equal(lines.join(' ').replaceAll(' ', ''), words.replaceAll(' ', ''));
    }
  });

  test('a line break stays', () => assert.deepEqual(wrap('one\ntwo', 1_000, 12), ['one', 'two']));

  test('a word that is too wide is cut in pieces that are not', () => {
    const lines = wrap('2026-11-20T10-43-25Z-raspberrypi-0123456789ab: it', 120, 12);
    assert.ok(lines.length > 2 && lines.every((line) => widthOf(line, 12) <= 120), lines.join('|'));
    assert.equal(lines.join('').replaceAll(' ', ''), '2026-11-20T10-43-25Z-raspberrypi-0123456789ab:it');
  });

  test('a single character stays whole at any width', () => {
    assert.deepEqual(wrap('WW', 1, 12), ['W', 'W']);
  });
});
