import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { ids } from '../../report/page/contract.ts';
import { launch, type OpenPage, open, skip } from './chromium.ts';
import { type ReferencePage, referencePage } from './reference-page.ts';

describe('the table in a browser', { skip }, () => {
  let report: ReferencePage;
  let browser: Browser;
  let opened: OpenPage;
  let page: Page;
  before(async () => {
    report = await referencePage();
    browser = await launch();
    opened = await open(browser, report.url, { permissions: ['clipboard-read', 'clipboard-write'] });
    page = opened.page;
  });
  after(async () => {
    await browser?.close();
    await report?.[Symbol.asyncDispose]();
  });

  const labels = () => page.locator(`#${ids.table} tbody th`).allInnerTexts();
  const status = () => page.getByRole('status').innerText();
  const head = (name: string) => page.getByRole('columnheader', { name });
  const sortOf = (name: string) => head(name).getAttribute('aria-sort');

  /** Moves to a button by the Tab key alone, and presses Enter. */
  async function press(target: string): Promise<void> {
    const focused = page.locator(':focus');
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press('Tab');
      if ((await focused.count()) > 0 && (await focused.innerText()) === target) break;
    }
    assert.equal(await focused.innerText(), target, 'is reached by the Tab key');
    await page.keyboard.press('Enter');
  }

  test('is sorted by the keyboard: ascending, descending, original order', async () => {
    const original = await labels();
    assert.equal(await sortOf('async'), 'none');

    await press('async');
    assert.equal(await sortOf('async'), 'ascending');
    assert.equal(await status(), 'Sorted by async, ascending.');
    const rising = await labels();
    assert.notDeepEqual(rising, original);
    assert.deepEqual(rising.toSorted(), original.toSorted(), 'no row is lost');
    const keys = await page
      .locator(`#${ids.table} tbody tr`)
      .evaluateAll((rows) => rows.map((row) => row.children[2]?.getAttribute('data-sort-by') ?? null));
    const numbers = keys.filter((key) => key !== null).map(Number);
    assert.ok(numbers.length > 10);
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
    );
    assert.ok(keys.slice(numbers.length).every((key) => key === null));

    await page.keyboard.press('Enter');
    assert.equal(await sortOf('async'), 'descending');
    assert.equal((await labels())[0], rising[numbers.length - 1]);

    await page.keyboard.press('Enter');
    assert.equal(await sortOf('async'), 'none');
    assert.deepEqual(await labels(), original);
    assert.equal(await status(), 'In the original order.');
  });

  test('returns to its original order by a button', async () => {
    const original = await labels();
    await head('Measured').getByRole('button').press('Enter');
    assert.deepEqual(
      await labels(),
      original.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })),
    );
    await page.getByRole('button', { name: 'Original order' }).press('Enter');
    assert.deepEqual(await labels(), original);
    assert.equal(await sortOf('Measured'), 'none');
  });

  test('is copied as Markdown', async () => {
    await page.evaluate(() => navigator.clipboard.writeText(''));
    await page.getByRole('button', { name: 'Copy as Markdown' }).click();
    await page.getByText('Copied as Markdown.').waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), report.markdown);
  });

  test('is copied without a clipboard, and stays selected where copying is forbidden', async () => {
    await page.evaluate(() => navigator.clipboard.writeText(''));
    const { readText } = await page
      .evaluateHandle(() => navigator.clipboard)
      .then((clipboard) => ({
        readText: () => clipboard.evaluate((api) => api.readText()),
      }));
    await page.evaluate(() => {
      Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true });
      document.getElementById('table-status')?.replaceChildren();
    });
    const button = page.getByRole('button', { name: 'Copy as Markdown' });
    await button.click();
    await page.getByText('Copied as Markdown.').waitFor();
    assert.equal(await readText(), report.markdown);
    assert.equal(await page.locator('details.markdown').getAttribute('open'), null);

    await page.evaluate(() => {
      document.execCommand = () => false;
    });
    await button.click();
    await page.getByText('The table is selected: copy it from here.').waitFor();
    assert.equal(await page.evaluate(() => getSelection()?.toString()), report.markdown);
    assert.deepEqual(opened.complaints, []);
  });
});
