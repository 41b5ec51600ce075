import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Chart } from './chart.ts';
import { renderSvg } from './svg.ts';
import { themes } from './theme.ts';

const chart: Chart = {
  name: 'line',
  title: 'A < B',
  alt: 'async & "blocking"',
  reading: '',
  draw: () => ({
    height: 100,
    option: {
      tooltip: {},
      xAxis: { type: 'value' },
      yAxis: { type: 'value' },
      series: [
        {
          type: 'line',
          clip: true,
          showSymbol: true,
          data: [
            [0, 0],
            [1, 1],
          ],
        },
      ],
    },
  }),
};
const look = { width: 340, theme: themes.light };

describe('a chart as a picture', () => {
  test('is the same each time', () => assert.equal(renderSvg(chart, look), renderSvg(chart, look)));

  test('refers only to its own parts, by names that no other picture has', () => {
    const svg = renderSvg(chart, look);
    const ids = [...svg.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    assert.ok(ids.length > 0);
    assert.ok(
      ids.every((id) => id?.startsWith('line-340-light-')),
      ids.join(),
    );
    for (const [, id = ''] of svg.matchAll(/url\(#([^)]*)\)/g)) assert.ok(ids.includes(id), id);
  });

  test('has no parts that react to a pointer', () =>
    assert.doesNotMatch(renderSvg(chart, look), /<style|class=|ecmeta/));

  test('has a title and a description', () => {
    const words = '<title>A &lt; B</title><desc>async &amp; "blocking"</desc>';
    assert.ok(renderSvg(chart, look).includes(` role="img">${words}`));
  });
});
