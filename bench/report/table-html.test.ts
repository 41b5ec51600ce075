import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { summarizedRun } from '../testing/summarized.ts';
import { provenance } from './provenance.ts';
import { tableOf } from './table.ts';
import { renderTableHtml } from './table-html.ts';

const run = summarizedRun('a-run', { trials: '4' });
const html = renderTableHtml([run]);
const count = (pattern: RegExp, text = html) => text.match(pattern)?.length ?? 0;

describe('the table as a piece of HTML', () => {
  test('has a caption, a scope for each head, and a class for each kind of column', () => {
    const { rows } = tableOf([run]);
    assert.match(html, /^<table class="bench"><caption>blocking, async: the cost of each<\/caption>/);
    assert.match(
      html,
      /<thead><tr><td><\/td><th scope="col" class="figure">blocking<\/th><th scope="col" class="figure">async<\/th><th scope="col" class="verdict">verdict<\/th><\/tr><\/thead>/,
    );
    assert.equal(count(/<tr><th scope="row" class="label">/g), rows.length);
    assert.equal(count(/<td class="figure">/g), 2 * rows.length);
    assert.equal(count(/<td class="verdict">/g), rows.length);
  });

  test('has no style, no script and no empty line', () => {
    assert.doesNotMatch(html, /style|script|\bon\w+=|\n\n/);
  });

  test('has below it where the numbers are from', () => {
    const below = html.slice(html.indexOf('</table>'));
    for (const line of provenance(run.summary)) assert.ok(below.includes(`<li>${line}</li>`), line);
  });

  test('names several runs in its caption and its heads', () => {
    const several = renderTableHtml([run, { ...run, label: 'b & <c>' }]);
    assert.match(several, /<caption>blocking, async: the cost of each, by run \(a-run, b &#x26; &#x3C;c>\)<\/caption>/);
    assert.equal(count(/<th scope="col" class="figure">/g, several), 2);
  });

  test('shows any label as text, without pieces that Liquid or a shortcode would read', () => {
    const odd = renderTableHtml([{ ...run, label: '{{ a }} {% b %} <script>' }, run]);
    assert.doesNotMatch(odd, /\{|\}|<script/);
    assert.ok(odd.includes('&#123;&#123; a &#125;&#125; &#123;% b %&#125; &#x3C;script>'));
  });
});
