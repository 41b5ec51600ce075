import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderChecks } from '../commands/self/render-checks.ts';
import type { Entry } from '../record/record.ts';
import { summarize } from '../summary/summary.ts';
import { contenderEntries } from '../testing/contender-entries.ts';
import { endEntry, runEntry, searchEntries, verdictOf } from '../testing/runs.ts';
import { summarizedRun } from '../testing/summarized.ts';
import { comparisonRows } from './rows.ts';
import { renderConclusions, renderTerminal } from './terminal.ts';

const warning =
  'a sentence that is much longer than a terminal is wide, so that it has to be broken somewhere or other';
/** Evidence without a space to break it at. */
const evidence = JSON.stringify({ evidence: 'of-one-long-word', more: '1234567890'.repeat(6) });
const entries: Entry[] = [
  runEntry(),
  ...(['blocking', 'async'] as const).flatMap((contender) =>
    contenderEntries(contender, {
      connected: [[10, 20], verdictOf('accept backlog', ['conntrack'])],
      sending: [[10], verdictOf('target reached')],
    }),
  ),
  ...searchEntries('connected', 'async', [10], { ...verdictOf('unknown'), detail: evidence }, 2),
  { type: 'warning', message: warning },
  { type: 'warning', message: `/a/path/${'without/any/space/'.repeat(10)}` },
  endEntry(),
];
/** Joins broken lines into one text. */
const flowing = (text: string) => text.replaceAll(/\s+/g, ' ');

/** Four trials of each contender. `async` holds ten times as many clients. */
function comparedSummary() {
  const stop = verdictOf('CPU saturated');
  const clients = { blocking: 1_000, async: 10_000 };
  const trials = [1, 2, 3, 4].flatMap((number) =>
    (['blocking', 'async'] as const).flatMap((contender) =>
      contenderEntries(contender, { connected: [[clients[contender]], stop], sending: [[10], stop], number }),
    ),
  );
  return summarize([runEntry({ trials: '4', bracket: '0.01' }), ...trials, endEntry()]);
}

describe('what is last on the screen', () => {
  for (const width of [40, 80]) {
    test(`has, in ${width} columns, the conclusions that answer a question, and no others`, () => {
      const text = renderConclusions(comparedSummary(), width);
      const [title, ...lines] = text.trimEnd().split('\n');
      assert.equal(title, 'Summary');
      for (const line of lines) assert.match(line, new RegExp(`^  \\S.{0,${width - 3}}$`));
      assert.match(flowing(text), /Max clients connected: async holds 10 times as many as blocking \(95 % interval/);
      assert.doesNotMatch(text, /V8 heap/);
    });
  }

  test('has all conclusions when none answers a question', () => {
    const { summary } = summarizedRun('a', { only: 'arrivals,https', trials: '4' });
    assert.match(
      flowing(renderConclusions(summary, 80)),
      /^Summary TLS connections per second at the knee: .* HTTPS requests/,
    );
  });

  test('says when nothing was compared', () => {
    assert.equal(
      renderConclusions(summarize([runEntry({ contenders: 'async' }), endEntry()]), 80),
      'Summary\n  Nothing was compared.\n',
    );
  });
});

describe('comparison for a terminal', () => {
  for (const width of [60, 80, 100, 200]) {
    test(`fits ${width} columns, and is complete`, () => {
      const summary = summarize(entries);
      const text = renderTerminal(summary, width);
      for (const line of text.split('\n')) assert.ok(line.length <= width, `${line.length}: ${line}`);
      for (const { label } of comparisonRows(summary)) {
        for (const word of label.split(' ')) assert.ok(text.includes(word), label);
      }
      assert.doesNotMatch(text, /…/);
      assert.ok(flowing(text).includes(`Warning: ${warning}.`));
      const below = text.slice(text.lastIndexOf('┘')).replaceAll(/\s/g, '');
      assert.ok(below.includes(evidence.replaceAll(' ', '')));
    });
  }

  test('is drawn in several tables when one has no room for all columns', () => {
    const stop = verdictOf('target reached');
    const summary = summarize([
      runEntry({ contenders: 'async,async,async,async', trials: '4' }),
      ...(['async', 'async-2', 'async-3', 'async-4'] as const).flatMap((contender) =>
        contenderEntries(contender, { connected: [[10], stop], sending: [[10], stop] }),
      ),
      endEntry(),
    ]);
    const text = renderTerminal(summary, 80);
    for (const line of text.split('\n')) assert.ok(line.length <= 80, `${line.length}: ${line}`);
    const lines = text.split('\n');
    const heads = lines.flatMap((line, index) => (line.startsWith('┌') ? (lines[index + 1] ?? '') : []));
    assert.equal(heads.length, 4, 'of four contenders and six verdicts');
    for (const name of ['async-2', 'async-4', 'async-2 or']) assert.match(heads.join(), new RegExp(`│ ${name} +│`));
  });

  test('is drawn even for a terminal without a width', () => {
    const text = renderTerminal(summarize(entries), 0);
    assert.match(text, /│ Compile time +│ 1,200 ms +│ 1,200 ms +│/);
  });

  test('is drawn for one contender, even if it was not measured', () => {
    const text = renderTerminal(summarize([runEntry({ contenders: 'async' }), endEntry('interrupted')]), 80);
    assert.match(text, /│ async +│/);
    assert.match(flowing(text), /This run did not complete \(interrupted\)/);
  });

  test('has no colours, because it is copied into other texts', () => {
    assert.ok(!renderTerminal(summarize(entries), 80).includes('\u001b'));
  });
});

test('checks are a table of promises that are kept, broken or not measured', () => {
  const text = renderChecks(
    [
      { name: 'kB a client', found: 51.23, target: '≤ 55', isMet: true },
      { name: 'clients', found: 12_000, target: '≥ 19000', isMet: false },
      { name: 'MB a client', found: undefined, target: '≤ 12', isMet: false },
    ],
    80,
  );
  const rows = text.split('\n').filter((line) => line.includes('│'));
  assert.match(rows[1] ?? '', /kB a client │ 51\.23 +│ ≤ 55 +│ kept/);
  assert.match(rows[2] ?? '', /clients +│ 12,000 +│ ≥ 19000 +│ BROKEN/);
  assert.match(rows[3] ?? '', /MB a client │ not measured │ ≤ 12 +│ BROKEN/);
});

test('checks fit 80 columns even when a promise is long', () => {
  const name = 'async server CPU per message / JSON.parse and schema alone';
  const lines = renderChecks([{ name, found: undefined, target: '≥ 19000', isMet: false }], 80).split('\n');
  assert.ok(Math.max(...lines.map((line) => line.length)) <= 80, lines.join('\n'));
});
