import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { plain } from '../../testing/charted-runs.ts';
import { frameOf } from './frame.ts';
import { themes } from './theme.ts';

const legendOption = z.object({ top: z.number(), data: z.array(z.object({ name: z.string() })) });

describe('a legend', () => {
  const names = ['blocking', 'blocking-2', 'async', 'async-2'];
  const legendAt = (width: number) => {
    const frame = frameOf({ width, theme: themes.light }, [plain], {
      title: 'Title',
      subtitle: 'Subtitle',
      legend: names.map((name) => ({ name })),
    });
    const { top, data } = legendOption.parse(frame.option.legend);
    return {
      rows: data
        .map(({ name }) => name)
        .join(' ')
        .split('  '),
      height: frame.top - top,
    };
  };

  test('breaks its rows itself, and takes the height that they need', () => {
    const [wide, narrow] = [legendAt(760), legendAt(240)];
    assert.deepEqual(wide.rows, ['blocking blocking-2 async async-2']);
    assert.deepEqual(narrow.rows, ['blocking blocking-2', 'async async-2']);
    assert.equal(narrow.height - wide.height, 26);
  });
});
