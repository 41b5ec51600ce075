import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { curvesOf } from '../../curves/curves.ts';
import type { Entry } from '../../record/record.ts';
import { summarize } from '../../summary/summary.ts';
import { contenderEntries } from '../../testing/contender-entries.ts';
import { measuredRun } from '../../testing/pictures.ts';
import { endEntry, runEntry, stepOf, trialEntry, verdictOf } from '../../testing/runs.ts';
import { glossary } from '../../text/glossary.ts';
import { chartsOf } from '../charts/all.ts';
import type { MeasuredRun } from '../measured-run.ts';
import { comparisonRows } from '../rows.ts';
import { tableOf } from '../table.ts';
import { renderPage } from './document.ts';
import type { PageMaterial } from './material.ts';

const hostile = '</script></textarea></style></title>--><script>alert(1)</script><img src=x onerror="alert(1)">&amp;';
const text = "console.log('a < b && c > d');";
const script = { text, sha256: createHash('sha256').update(text).digest('base64') };

function entriesWith(words: string): Entry[] {
  const stop = { ...verdictOf('server descriptors'), detail: words };
  const failed = { ...trialEntry('sending', 'async', 2), trial: 'sending-2-async/1', search: 'sending-2-async' };
  return [
    runEntry(),
    ...(['blocking', 'async'] as const).flatMap((contender) =>
      contenderEntries(contender, { connected: [[10, 20], stop], sending: [[10], stop] }),
    ),
    failed,
    { type: 'step', trial: failed.trial, step: stepOf({ sending: true }, 'failed', [words]) },
    { type: 'trialEnd', trial: failed.trial, outcome: 'complete', audit: [], stop },
    { type: 'warning', message: words },
    endEntry(),
  ];
}

function materialOf(words: string, count = 1): PageMaterial {
  const entries = entriesWith(words);
  const summary = summarize(entries);
  const runs = Array.from({ length: count }, (_, index) => ({
    folder: words,
    label: `${words} ${index}`,
    summary,
    servers: { blocking: 'one thread per connection, asleep in read(2)', async: `one event loop, ${words}` },
    curves: curvesOf(entries),
  }));
  const table = tableOf(runs);
  return {
    runs,
    charts: chartsOf(runs),
    table: { ...table, heads: table.heads.map((head) => ({ ...head, text: `${head.text}${words}` })) },
    markdown: words,
    script,
  };
}

const material = materialOf('harmless');
const page = renderPage(material);
const all = (html: string, pattern: RegExp) => [...html.matchAll(pattern)].map((match) => match[1] ?? '');

describe('the page of a report', () => {
  test('shows the content of a record as text', () => {
    const html = renderPage(materialOf(hostile, 2));
    // Attributes in quotes hold no markup.
    const markup = html.replaceAll(/<([a-z][^\s>]*)(?:\s+[^\s=>"]+(?:="[^"]*")?)*\s*>/gi, '<$1>');
    assert.equal(all(markup, /(<script)/gi).length, 2, 'the data and one script');
    assert.equal(all(markup, /(<\/script)/gi).length, 2, 'nothing ends them early');
    assert.deepEqual(all(markup, /(<(?:img|iframe|object)\b)/gi), []);
    assert.deepEqual(all(markup, /<\/(textarea|style|head|body)>/gi).toSorted(), ['body', 'head', 'style', 'textarea']);
    assert.ok(markup.includes('&#x3C;img src=x onerror='), 'the text is readable');
  });

  test('carries the data of its charts', () => {
    const { runs } = materialOf(hostile);
    const [data = ''] = all(renderPage(materialOf(hostile)), /id="data">([\s\S]*?)<\/script>/g);
    assert.deepEqual(JSON.parse(data), JSON.parse(JSON.stringify({ runs })));
  });

  test('carries the timelines of a single run, and none of several runs', () => {
    const [run] = material.runs;
    assert.ok(run !== undefined);
    const timeline = {
      contender: 'async',
      phase: 'sending',
      trial: 'a-story',
      points: [],
      steps: [],
      cause: undefined,
    } as const;
    const told = { ...run, curves: { ...run.curves, timelines: [{ ...timeline, points: [], steps: [] }] } };
    const pageOf = (...runs: MeasuredRun[]) => renderPage({ ...material, runs });
    assert.match(pageOf(told), /a-story/);
    assert.doesNotMatch(pageOf(told, told), /a-story/);
  });

  test('names the work that all runs gave to the servers', () => {
    const often = measuredRun([runEntry({ contenders: 'async', intervalMs: '4000' }), endEntry()]);
    const told = material.runs.map((run) => ({ ...run, servers: often.servers }));
    const html = renderPage({ ...material, runs: [...told, often] });
    assert.match(
      html,
      /one message per client every 250 ms, 10,240 bytes of JSON, or one message per client every 4 s, 10,240 bytes of JSON, read/,
    );
    assert.match(html, /blocking is one thread per connection, asleep in read\(2\); async is one event loop\./);
  });

  test('allows its own script alone, and loads nothing', () => {
    const policy = all(page, /http-equiv="Content-Security-Policy" content="([^"]*)"/g)
      .join()
      .replaceAll('&#x27;', "'");
    const inline = all(page, /<script>([\s\S]*?)<\/script>/g);
    assert.deepEqual(inline, [text]);
    const digest = createHash('sha256').update(inline.join('')).digest('base64');
    assert.ok(policy.startsWith("default-src 'none';"), policy);
    assert.ok(policy.includes(`script-src 'sha256-${digest}';`), policy);
    assert.deepEqual(all(page, /(?:src|href)="(?!#)([^"]*)"/g), []);
  });

  test('has one heading of the first level, and skips no level below it', () => {
    const levels = all(renderPage(materialOf('harmless', 2)), /<h([1-6])[ >]/g).map(Number);
    assert.equal(levels[0], 1);
    assert.equal(levels.filter((level) => level === 1).length, 1);
    assert.ok(levels.includes(3), 'each of several runs has a heading');
    for (const [index, level] of levels.entries()) assert.ok(level <= (levels[index - 1] ?? 0) + 1, `${levels}`);
  });

  test('has every id once, and links only to ids that exist', () => {
    const html = page.replaceAll(/<script>[\s\S]*?<\/script>/g, '');
    const ids = all(html, /\sid="([^"]*)"/g);
    assert.ok(ids.length > 30);
    assert.equal(new Set(ids).size, ids.length);
    const targets = all(html, /(?:href="#|aria-labelledby="|url\(#)([^")]*)["|)]/g);
    assert.ok(targets.length > 20);
    assert.deepEqual(
      targets.filter((target) => !ids.includes(target)),
      [],
    );
  });

  test('explains each row under its own name', () => {
    const rows = comparisonRows(material.runs[0]?.summary ?? assert.fail());
    assert.deepEqual(
      all(page, /<div id="how-\d+"><dt>([^<]*)<\/dt>/g),
      rows.map(({ label }) => label),
    );
    assert.equal(all(page, /<a href="#(how-\d+)"/g).length, rows.length);
  });

  test('explains the words that it uses', () => {
    const terms = all(page, /<div><dt>([^<]*)<\/dt>/g);
    assert.deepEqual(
      terms,
      glossary.map(({ term }) => term),
    );
  });

  test('has still pictures of every chart, in two widths, with titles', () => {
    assert.equal(all(page, /<text[^>]*(font-family)/g).length, 0, 'in the font of the page');
    const { length } = material.charts;
    assert.ok(length > 0);
    assert.equal(all(page, /(<svg [^>]*role="img"[^>]*><title>)/g).length, 2 * length);
  });

  test('is the same for the same material', () => {
    assert.ok(renderPage(material) === page);
  });

  test('leaves out sections without content', () => {
    const html = renderPage({
      ...material,
      runs: [],
      charts: [],
      table: { heads: [], rows: [], notes: [], measures: [] },
    });
    assert.deepEqual(all(html, /<h2[^>]*>([^<]*)/g), ['Comparison']);
  });
});
