import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { liveId } from '../../report/page/contract.ts';
import { launch, type OpenPage, open, skip } from './chromium.ts';
import { type ReferencePage, referencePage } from './reference-page.ts';

const marks = 'path, rect, circle, polyline, polygon, line';

describe('the page in a browser', { skip }, () => {
  let report: ReferencePage;
  let browser: Browser;
  let opened: OpenPage;
  let page: Page;
  before(async () => {
    report = await referencePage();
    browser = await launch();
    opened = await open(browser, report.url, { viewport: { width: 1_280, height: 900 } });
    page = opened.page;
  });
  after(async () => {
    await browser?.close();
    await report?.[Symbol.asyncDispose]();
  });

  const live = (name: string) => page.locator(`[id="${liveId(name)}"]`);

  test('is small enough for a mail, requests nothing and logs nothing', () => {
    assert.ok(Buffer.byteLength(report.html) <= 1_500_000, `${Buffer.byteLength(report.html)} bytes`);
    assert.deepEqual(opened.requests, []);
    assert.deepEqual(opened.complaints, []);
  });

  test('refuses every request of a script', async () => {
    await using other = await open(browser, report.url);
    const outcome = await other.page.evaluate(() =>
      fetch('https://example.com/').then(
        () => 'fetched',
        () => 'refused',
      ),
    );
    assert.equal(outcome, 'refused');
    assert.match(other.complaints.join('\n'), /Content Security Policy/);
  });

  test('draws every chart in the place of its still picture', async () => {
    assert.ok(report.charts.length > 0);
    for (const name of report.charts) {
      const svg = live(name).locator('svg');
      const box = await svg.boundingBox();
      assert.ok(box !== null && box.width > 300 && box.height > 100, `${name}: ${JSON.stringify(box)}`);
      assert.ok((await svg.locator(marks).count()) > 2, `${name} has marks`);
      assert.equal(await page.locator(`#chart-${name} .still:visible`).count(), 0);
    }
  });

  test('shows a value of every chart under the pointer', async () => {
    for (const name of report.charts) {
      assert.match(await tipOf(page, live(name)), /\d/, `${name} shows a value`);
    }
  });

  test('follows the colour scheme and the width of the window', async () => {
    const before = await Promise.all(report.charts.map((name) => live(name).innerHTML()));
    await page.emulateMedia({ colorScheme: 'dark' });
    for (const [index, name] of report.charts.entries()) {
      await page.waitForFunction(([id, html]) => document.getElementById(id)?.innerHTML !== html, [
        liveId(name),
        before[index],
      ] as const);
    }
    await page.setViewportSize({ width: 700, height: 900 });
    for (const name of report.charts) {
      await page.waitForFunction((id) => {
        const place = document.getElementById(id);
        return Number(place?.querySelector('svg')?.getAttribute('width')) === place?.parentElement?.clientWidth;
      }, liveId(name));
    }
    assert.deepEqual(opened.complaints, []);
  });
});

/** Moves the pointer over the chart, row by row, until a tooltip has digits. @returns its text, or '' when there is none */
async function tipOf(page: Page, place: Locator): Promise<string> {
  await place.scrollIntoViewIfNeeded();
  const box = await place.boundingBox();
  assert.ok(box !== null);
  const tip = place.locator(':scope > div').nth(1);
  for (let row = 1; row < 16; row += 1) {
    for (let column = 1; column < 12; column += 1) {
      await page.mouse.move(box.x + (box.width * column) / 12, box.y + (box.height * row) / 16);
      if (!(await tip.isVisible())) continue;
      const text = await tip.innerText();
      if (/\d/.test(text)) return text;
    }
  }
  return '';
}
