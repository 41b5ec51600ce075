import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { z } from 'zod';
import { ids } from '../../report/page/contract.ts';
import { launch, open, skip } from './chromium.ts';
import { type ReferencePage, referencePage } from './reference-page.ts';

const phone = { width: 360, height: 740 };
const desk = { width: 1_280, height: 900 };
/** A4 less the margins of the page, in CSS pixels. */
const paper = { width: 680, height: 1_000 };

const axeSchema = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
  passes: z.array(z.unknown()),
});

describe('the page on screens and paper', { skip }, () => {
  let report: ReferencePage;
  let browser: Browser;
  before(async () => {
    report = await referencePage();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await report?.[Symbol.asyncDispose]();
  });

  for (const [name, options] of [
    ['in light', { viewport: desk, colorScheme: 'light' }],
    ['in dark', { viewport: desk, colorScheme: 'dark' }],
    ['on a phone', { viewport: phone, colorScheme: 'light' }],
  ] as const) {
    test(`meets what axe checks ${name}`, async () => {
      await using opened = await open(browser, report.url, options);
      await opened.page.evaluate(axe.source);
      const { violations, passes } = axeSchema.parse(await opened.page.evaluate('axe.run(document)'));
      assert.ok(passes.length > 20);
      assert.deepEqual(violations, []);
    });
  }

  test('has dark colours in the dark scheme', async () => {
    const backgrounds: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await using opened = await open(browser, report.url, { colorScheme });
      backgrounds.push(await opened.page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    }
    assert.deepEqual(backgrounds, ['rgb(255, 255, 255)', 'rgb(13, 17, 23)']);
  });

  test('fits a phone: the table alone scrolls, in a region of its own', async () => {
    await using opened = await open(browser, report.url, { viewport: phone });
    const { page } = opened;
    assert.deepEqual(await outside(page, phone.width), []);
    const region = page.getByRole('region', { name: 'Comparison of the servers' });
    await region.focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(
      (table) => (document.getElementById(table)?.parentElement?.scrollLeft ?? 0) > 0,
      ids.table,
    );
  });

  test('is complete without scripts', async () => {
    await using opened = await open(browser, report.url, { viewport: phone, javaScriptEnabled: false });
    const { page } = opened;
    for (const name of report.charts) {
      const box = await page.locator(`#chart-${name} svg:visible`).boundingBox();
      assert.ok(box !== null && box.width > 200 && box.width < phone.width && box.height > 100, name);
    }
    assert.ok((await page.locator(`#${ids.table} tbody tr`).count()) > 10);
    assert.equal(await page.getByRole('button').count(), 0, 'no button that does nothing');
    await page.getByText('The table as Markdown').first().click();
    assert.equal(await page.locator('textarea').inputValue(), report.markdown);
  });

  test('prints in light colours, with every chart, without buttons, and cuts nothing off', async () => {
    await using opened = await open(browser, report.url, { viewport: paper, colorScheme: 'dark' });
    const { page } = opened;
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(255, 255, 255)');
    for (const name of report.charts) {
      assert.equal(await page.locator(`#chart-${name} svg:visible`).count(), 1);
      assert.match(await page.locator(`#chart-${name} svg:visible`).innerHTML(), /fill="#1f2328"|fill:#1f2328/);
    }
    assert.equal(await page.locator(`#${ids.tools}`).isVisible(), false);
    assert.equal(await page.locator('nav').isVisible(), false);
    assert.deepEqual(await outside(page, paper.width), []);
    const pdf = await page.pdf({ format: 'A4', printBackground: true });
    const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    assert.ok(pages > 2 && pages < 20, `${pages} pages`);
  });
});

/** Elements that reach beyond the sides of the page, except those that may scroll and the hidden link to the report. */
function outside(page: Page, width: number): Promise<string[]> {
  return page.evaluate((limit) => {
    const scrolls = (element: Element): boolean => element.closest('.scrolls, pre, textarea, svg, .skip') !== null;
    const isPrinted = matchMedia('print').matches;
    const reaching = [...document.body.querySelectorAll('*')].filter((element) => {
      const { left, right, width } = element.getBoundingClientRect();
      return width > 0 && (left < 0 || right > limit + 0.5) && (isPrinted || !scrolls(element));
    });
    const page = document.documentElement.scrollWidth > limit ? ['the page itself'] : [];
    return [...page, ...reaching.map((element) => element.outerHTML.slice(0, 80))];
  }, width);
}
