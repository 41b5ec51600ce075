import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readRun } from '../publish/publish.ts';
import { readRecord } from '../record/file.ts';
import { recordFileName } from '../record/writer.ts';
import { chartsOf } from '../report/charts/all.ts';
import { renderSvg } from '../report/charts/svg.ts';
import { themes } from '../report/charts/theme.ts';
import { renderMarkdown } from '../report/markdown.ts';
import { renderCauses } from './causes-table.ts';
import {
  currentRuns,
  readmeWithResults,
  resultsDirectory,
  resultsReadme,
  resultsReadmeWithLists,
  shown,
} from './readme.ts';

const remedy = 'run: npm run docs';

describe('generated files that are committed are up to date', () => {
  test('picture and table of the README', async () => {
    const readme = await readFile(join(resultsDirectory, '..', 'README.md'), 'utf8');
    assert.ok(readme === (await readmeWithResults()), remedy);
  });

  test('the lists of figures and of stop causes in results/README.md', async () => {
    const text = await readFile(resultsReadme, 'utf8');
    assert.ok(text.includes(renderCauses()), remedy);
    assert.match(text, /^\| `rssBytes` \| Memory at N clients \| less \| Resident set \(VmRSS\) /m);
    assert.ok(text === (await resultsReadmeWithLists()), remedy);
  });

  test('the chart that the README shows', async () => {
    const { run } = await readRun(join(resultsDirectory, shown.run));
    const chart = chartsOf([run]).find(({ name }) => name === shown.chart) ?? assert.fail();
    for (const [theme, suffix] of [
      ['light', ''],
      ['dark', '-dark'],
    ] as const) {
      const file = join(resultsDirectory, shown.run, 'charts', `${shown.chart}${suffix}.svg`);
      assert.ok((await readFile(file, 'utf8')) === renderSvg(chart, { width: 760, theme: themes[theme] }), remedy);
    }
  });

  for (const name of currentRuns) {
    test(`summary and table of ${name}`, async () => {
      const folder = join(resultsDirectory, name);
      const { run } = await readRun(folder);
      assert.equal(await readFile(join(folder, 'table.md'), 'utf8'), renderMarkdown([run]), remedy);
      const summary: unknown = JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8'));
      assert.deepEqual(summary, JSON.parse(JSON.stringify(run.summary)), remedy);
    });
  }
});

for (const name of ['reference', 'reference-searches', 'reference-large', 'emulated-pi']) {
  test(`the record in ${name} is readable, and does not show where the suite was installed`, async () => {
    const folder = join(resultsDirectory, name);
    const entries = await readRecord(folder);
    assert.ok(entries.some(({ type }) => type === 'search'));
    assert.doesNotMatch(await readFile(join(folder, recordFileName), 'utf8'), /(?<!\.)\/[\w./-]*node_modules\//);
  });
}
