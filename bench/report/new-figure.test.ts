import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { figureOf, medianOf } from '../stats/figure.ts';
import { contenderSchemaOf, summarizeContender } from '../summary/contender-summary.ts';
import type { FigureTable } from '../summary/figures/figure-row.ts';
import { figures } from '../summary/figures/figures.ts';
import { memoryLoad } from '../summary/figures/plan-words.ts';
import { pairsOf } from '../summary/pairs.ts';
import { type Summary, summarize } from '../summary/summary.ts';
import { summaryJsonSchema } from '../summary/summary-schema.ts';
import { endEntry, memoryEntries, runEntry } from '../testing/runs.ts';
import { whole } from '../text/format.ts';
import { conclusions } from './conclusions.ts';
import { renderCsv } from './csv.ts';
import { renderFigureList } from './figure-list.ts';
import { comparisonRows } from './rows.ts';

/** The real table with one more figure, which is all that a new figure needs. */
const table = {
  ...figures,
  idleThreads: {
    unit: 'threads',
    better: 'less',
    meaning: 'Threads of the idle server.',
    details: 'Read from `/proc`.',
    row: { label: 'Threads, idle', plan: memoryLoad, how: 'before the first client', format: whole },
    from: 'memory',
    take: ({ idleSamples }) => medianOf(idleSamples.map(({ process }) => process.threads)),
  },
} as const satisfies FigureTable;

const run = runEntry({ trials: '4' });
const entries = [
  run,
  ...[1, 2, 3, 4].flatMap((number) => [...memoryEntries('blocking', number), ...memoryEntries('async', number)]),
  endEntry(),
];
const [blocking, async] = [summarizeContender(entries, 'blocking', table), summarizeContender(entries, 'async', table)];
const contenders = { blocking, async };
const summary: Summary = { ...summarize(entries), contenders, pairs: pairsOf(contenders, run.config, table) };

describe('a figure that is added to the table', () => {
  test('is in the schema of a summary, with its meaning', () => {
    const described = z.object({ properties: z.object({ idleThreads: z.object({ description: z.string() }) }) });
    const { $defs } = z
      .object({ $defs: z.object({ contenderSummary: described }) })
      .parse(JSON.parse(summaryJsonSchema(table)));
    assert.equal($defs.contenderSummary.properties.idleThreads.description, 'Threads of the idle server.');
    assert.ok(contenderSchemaOf(table).shape.idleThreads === contenderSchemaOf(table).shape.threads);
  });

  test('is in the summary, where its name is known to the compiler', () => {
    assert.deepEqual(async.idleThreads, figureOf([7, 7, 7, 7], ''));
    assert.deepEqual(contenderSchemaOf(table).parse(async), async);
    assert.equal(Object.keys(async).at(-1), 'idleThreads');
  });

  test('is absent, with a reason, where its phase was not measured', () => {
    const { idleThreads } = summarizeContender([run], 'async', table);
    assert.deepEqual(idleThreads, { absent: 'no memory trial was finished' });
  });

  test('is compared, and a conclusion is drawn', () => {
    assert.equal(summary.pairs[0]?.figures.idleThreads?.verdict, 'equal');
    const drawn = conclusions(summary, table).find(({ name }) => name === 'idleThreads');
    assert.equal(drawn?.sentence, 'Threads, idle: no practical difference (within 5 %).');
  });

  test('has a line per contender in the CSV, with its unit', () => {
    const lines = renderCsv([{ label: 'a', summary }], table).split('\r\n');
    assert.deepEqual(
      lines.filter((line) => line.includes('idleThreads')),
      ['a,blocking,idleThreads,threads,7,7,7,7,7,4,7;7;7;7,', 'a,async,idleThreads,threads,7,7,7,7,7,4,7;7;7;7,'],
    );
  });

  test('has a row in the table, with a verdict', () => {
    const rows = comparisonRows(summary, table);
    const row = rows.find(({ label }) => label === 'Threads, idle');
    assert.deepEqual(
      row?.cells.map(({ text }) => text),
      ['7', '7'],
    );
    assert.deepEqual(
      row?.verdicts.map(({ text }) => text),
      ['no practical difference'],
    );
    assert.equal(row?.how, 'before the first client');
    assert.equal(rows.length, comparisonRows(summary).length + 1);
  });

  test('is in the list of results/README.md', () => {
    const line = '| `idleThreads` | Threads, idle | less | Threads of the idle server. Read from `/proc`. |';
    assert.ok(renderFigureList(table).split('\n').includes(line));
    assert.ok(!renderFigureList().includes('idleThreads'));
  });
});

test('every row that a figure names is in the table once, and every verdict is about a compared figure', () => {
  const all: FigureTable = figures;
  const named = new Set(
    Object.values(all).flatMap((row) => {
      if (row.kind === 'search') return [row.row, row.stopsRow];
      return row.kind === 'flag' || row.row === undefined ? [] : [row.row];
    }),
  );
  const rows = comparisonRows(summarize([runEntry(), endEntry()]));
  assert.equal(rows.length, named.size);
  assert.equal(new Set(rows.map(({ label }) => label)).size, rows.length);
  for (const [name, row] of Object.entries(all)) {
    if (row.kind !== undefined) continue;
    if (row.verdict !== undefined) assert.ok(row.better !== undefined && row.row !== undefined, name);
    if (row.knee !== undefined) assert.equal(all[row.knee]?.kind, 'flag', name);
  }
  for (const [name, row] of Object.entries(all)) if (row.kind === 'flag') assert.ok(row.about in all, name);
});
