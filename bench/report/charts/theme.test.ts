import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { contrastOf, distanceOf, mixed, visions } from '../../testing/colours.ts';
import { paleOpacity } from './bars.ts';
import { colourOf, themes } from './theme.ts';

/** WCAG 2.2, 1.4.3 and 1.4.11. */
const leastOfText = 4.5;
const leastOfGraphics = 3;
/** A dozen times the least difference that an eye sees. */
const leastDistance = 30;

describe('the measures of contrast and colour blindness agree with known cases', () => {
  test('contrast of black and white, and of one colour', () => {
    assert.equal(contrastOf('#000000', '#ffffff'), 21);
    assert.equal(contrastOf('#777777', '#777777'), 1);
  });

  test('red and green of one lightness are close to each other for protanopia and deuteranopia only', () => {
    const [trichromacy = 0, protanopia = 0, deuteranopia = 0, tritanopia = 0] = visions.map((vision) =>
      distanceOf('#c0392b', '#6b7a1e', vision),
    );
    assert.ok(trichromacy > 60 && tritanopia > 60, `${trichromacy}, ${tritanopia}`);
    assert.ok(deuteranopia < 25 && protanopia < 45, `${deuteranopia}, ${protanopia}`);
  });
});

for (const theme of Object.values(themes)) {
  describe(`the ${theme.name} theme`, () => {
    test('text can be read', () => {
      for (const colour of [theme.text, theme.muted]) {
        assert.ok(contrastOf(colour, theme.background) >= leastOfText, colour);
      }
    });

    test('text can be read on a bar, and on its pale part', () => {
      for (const colour of theme.contenders) {
        assert.ok(contrastOf(theme.background, colour) >= leastOfText, colour);
        assert.ok(contrastOf(theme.text, mixed(colour, theme.background, paleOpacity)) >= leastOfText, colour);
      }
    });

    test('bars, lines and bands can be seen', () => {
      for (const colour of [...theme.contenders, theme.passed, theme.failed, theme.void]) {
        assert.ok(contrastOf(colour, theme.background) >= leastOfGraphics, colour);
      }
    });

    for (const vision of visions) {
      test(`contenders are told apart: ${vision}`, () => {
        const { contenders } = theme;
        for (const [index, one] of contenders.entries()) {
          for (const other of contenders.slice(index + 1)) {
            const distance = distanceOf(one, other, vision);
            assert.ok(distance >= leastDistance, `${one} and ${other}: ${distance.toFixed(1)}`);
          }
        }
      });
    }
  });
}

test('each contender of a run has a colour of its own', () => {
  const all = ['blocking', 'async', 'async-2', 'blocking-2'] as const;
  assert.equal(new Set(all.map((contender) => colourOf(themes.light, all, contender))).size, all.length);
});
