import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Entry } from '../record.ts';
import { summarize } from '../summary.ts';
import { contenderEntries } from '../testing/contender-entries.ts';
import { endEntry, runEntry, searchEntries, verdictOf } from '../testing/runs.ts';
import { renderMarkdown } from './markdown.ts';
import { comparisonRows } from './rows.ts';

/** The cells of one line of a table, by GitHub's rule: a backslash takes a pipe's meaning away. */
function cellsOf(line: string): string[] {
  const cells = [...line.trim().matchAll(/\|((?:\\[\s\S]|[^\\|])*)(?=\|)/g)].map((match) => (match[1] ?? '').trim());
  return cells.map((cell) => cell.replaceAll(/\\([\\|])/g, '$1'));
}

function tableOf(markdown: string): string[][] {
  const lines = markdown.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  assert.ok(end > 2);
  return lines.slice(0, end).map(cellsOf);
}

function withDetail(detail: string): Entry[] {
  const stop = { ...verdictOf('unknown'), detail };
  return [runEntry(), ...searchEntries('connected', 'async', [10], stop), endEntry()];
}

const complete: Entry[] = [
  runEntry(),
  ...(['blocking', 'async'] as const).flatMap((contender) =>
    contenderEntries(contender, {
      connected: [[10, 20], verdictOf('server descriptors')],
      sending: [[10], verdictOf('target reached')],
    }),
  ),
  endEntry(),
];

describe('comparison as Markdown', () => {
  test('is a table of the rows, a column for each contender', () => {
    const summary = summarize(complete);
    const [head, rule, ...body] = tableOf(renderMarkdown(summary));
    assert.deepEqual(head, ['', 'blocking', 'async']);
    assert.ok(rule?.every((cell) => /^:?-+:?$/.test(cell)));
    assert.deepEqual(
      body,
      comparisonRows(summary).map(({ label, cells }) => [label, ...cells]),
    );
  });

  test('is the same text for the same summary', () => {
    assert.equal(renderMarkdown(summarize(complete)), renderMarkdown(summarize(structuredClone(complete))));
  });

  test('says of what and how, below the table', () => {
    const text = renderMarkdown(summarize(complete));
    assert.match(text, /Node 26\.10\.0, V8 .*, OpenSSL 3\.5\.8; TLS 1\.3.*ws 8\.23\.0, zod 4\.6\.7/);
    assert.match(text, /Servers and fleet on the same machine/);
    assert.match(text, /1 trial: no spread, no verdict; 2026-11-20T10:43:25\.123Z, commit 0123456789ab\./);
    for (const { label, how } of comparisonRows(summarize(complete))) assert.ok(text.includes(`- ${label}: ${how}.`));
    assert.doesNotMatch(text, /did not end in order|undefined|NaN/);
  });

  test('says when the run did not end in order, and every warning', () => {
    const text = renderMarkdown(
      summarize([runEntry(), { type: 'warning', message: 'the fan is off' }, endEntry('interrupted')]),
    );
    assert.match(text, /This run did not end in order \(interrupted\)/);
    assert.match(text, /Warning: the fan is off\./);
  });

  test('stays a table whatever a server says last', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('|', '\\', '\n', '\r', 'a', ' ', '`') }), (words) => {
        const rows = tableOf(renderMarkdown(summarize(withDetail(words))));
        assert.equal(rows.length, comparisonRows(summarize(complete)).length + 2);
        for (const row of rows) assert.equal(row.length, 3, JSON.stringify(row));
        const cell = rows.find(([label]) => label === 'What stopped the connected clients')?.[2];
        assert.equal(cell, `unknown: ${words.replaceAll(/\r\n|\r|\n/g, ' ')}`.trim());
      }),
    );
  });
});
