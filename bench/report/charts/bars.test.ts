import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { figureOf } from '../../stats/figure.ts';
import { type Bar, placeText } from './bars.ts';
import { endsAtTick, linearScale, logScale, shareOf } from './scale.ts';

const scale = linearScale([1_000], String);
const width = 400;

function bar(values: number[], text: string, more: Partial<Bar> = {}): Bar {
  return { contender: 'async', figure: figureOf(values, 'not built'), text, tip: '', ...more };
}

describe('where the text of a bar stands', () => {
  test('inside where the bar is long enough', () => {
    assert.equal(placeText(bar([1_000], '1,000 ms'), scale, width)?.on, 'bar');
  });

  test('behind it where it is not', () => {
    const placed = placeText(bar([100], '100 ms'), scale, width);
    assert.equal(placed?.on, 'background');
    assert.ok(placed.left > 40);
  });

  test('clear of a trial that lies in the bar, and of one that lies behind it', () => {
    const placed = placeText(bar([40, 500, 560], '500 ± 460 ms'), scale, width);
    assert.equal(placed?.on, 'background');
    assert.ok(placed.left > 224, String(placed.left));
  });

  test('at the axis when nothing was held, on the pale part', () => {
    const placed = placeText(bar([0], '0, not 900', { upTo: figureOf([900], '') }), scale, width);
    assert.equal(placed?.on, 'pale');
    assert.ok(placed.left < 10);
  });

  test('behind the pale part where that is too short', () => {
    const placed = placeText(bar([0], '0, not 90', { upTo: figureOf([90], '') }), scale, width);
    assert.equal(placed?.on, 'background');
    assert.ok(placed.left > 36);
  });

  test('behind the arrow of a lower bound', () => {
    const [least, plain] = [true, false].map((isLowerBound) =>
      placeText(bar([50], '≥ 50', { isLowerBound }), scale, width),
    );
    assert.ok((least?.left ?? 0) > (plain?.left ?? 0));
  });

  test('nowhere when it would run out of the picture', () => {
    assert.equal(placeText(bar([500], 'x'.repeat(40)), scale, width), undefined);
    assert.equal(placeText(bar([], 'x'.repeat(80)), scale, width), undefined);
  });

  test('at the axis when nothing was measured', () => {
    assert.deepEqual(placeText(bar([], 'not measured'), scale, width), { left: 7, on: 'background' });
  });
});

describe('scales', () => {
  test('a linear one begins at 0, so lengths compare as values do', () => {
    const { interval = 0, max } = scale;
    assert.equal(shareOf(scale, 0), 0);
    assert.equal(shareOf(scale, 250) * 4, shareOf(scale, 1_000));
    assert.ok(max / interval <= 5 && max / interval >= 2, `${max} / ${interval}`);
  });

  test('a logarithmic one begins at 1, and shows anything less as nothing', () => {
    const clients = logScale([10_000], String);
    assert.deepEqual(
      [0, 0.5, 1, 100, 10_000].map((value) => shareOf(clients, value)),
      [0, 0, 0, 0.5, 1],
    );
  });

  test('end at a tick when their highest value is round', () => {
    assert.deepEqual(
      [logScale([1_000], String), logScale([1_001], String), linearScale([10], String), linearScale([11], String)].map(
        endsAtTick,
      ),
      [true, false, true, false],
    );
  });
});
