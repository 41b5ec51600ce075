import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Entry } from '../record/record.ts';
import { summarize } from '../summary/summary.ts';
import { contenderEntries } from '../testing/contender-entries.ts';
import { endEntry, runEntry, searchEntries, verdictOf } from '../testing/runs.ts';
import { renderMarkdown } from './markdown.ts';
import { markdownText } from './markdown-text.ts';
import { comparisonRows } from './rows.ts';

/** The cells of one line of a table. Every pipe ends a cell, as in dev.to's renderer. */
function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function tableIn(markdown: string): string[][] {
  const lines = markdown.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  assert.ok(end > 2);
  return lines.slice(0, end).map(cellsOf);
}

function render(entries: Entry[]): string {
  return renderMarkdown([{ label: 'a-run', summary: summarize(entries) }]);
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
  test('is a table of the rows with a column for each contender', () => {
    const summary = summarize(complete);
    const [head, separator, ...body] = tableIn(render(complete));
    assert.deepEqual(head, ['', 'blocking', 'async']);
    assert.ok(separator?.every((cell) => /^:?-+:?$/.test(cell)));
    assert.deepEqual(
      body,
      comparisonRows(summary).map(({ label, cells }) => [label, ...cells.map(({ text }) => text)]),
    );
  });

  test('is the same text for the same summary', () => {
    assert.equal(render(complete), render(structuredClone(complete)));
  });

  test('says below the table where the numbers are from, and how they were measured', () => {
    const text = render(complete);
    assert.match(text, /Node 26\.10\.0, V8 .*, OpenSSL 3\.5\.8; TLS 1\.3.*ws 8\.23\.0, zod 4\.6\.7/);
    assert.match(text, /Servers and fleet on the same machine/);
    assert.match(text, /1 trial, so no spread and no verdict; 2026-11-20T10:43:25\.123Z, commit 0123456789ab\./);
    for (const { label, how } of comparisonRows(summarize(complete))) {
      assert.ok(text.includes(`- ${markdownText(`${label}: ${how}.`)}`), label);
    }
    assert.doesNotMatch(text, /did not complete|undefined|NaN/);
  });

  test('says when the run did not complete, and repeats every warning', () => {
    const text = render([runEntry(), { type: 'warning', message: 'the fan is off' }, endEntry('interrupted')]);
    assert.match(text, /This run did not complete \(interrupted\)/);
    assert.match(text, /Warning: the fan is off\./);
  });

  test('stays a table for any last words of a server, which stand below it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('|', '\\', '\n', '\r', 'a', ' ', '`') }), (words) => {
        const text = render(withDetail(words));
        const rows = tableIn(text);
        assert.equal(rows.length, comparisonRows(summarize(complete)).length + 2);
        for (const row of rows) assert.equal(row.length, 3, JSON.stringify(row));
        const note = markdownText(`What stopped the connected clients: async: unknown: ${words}.`);
        assert.ok(text.split('\n').includes(`- ${note}`));
      }),
    );
  });

  test('keeps its lists apart, since two lists in succession would become one', () => {
    const lines = render(withDetail('x')).split('\n');
    for (const [index, line] of lines.entries()) {
      if (line === '') assert.ok(!(lines[index - 1]?.startsWith('- ') && lines[index + 1]?.startsWith('- ')), line);
    }
  });
});
