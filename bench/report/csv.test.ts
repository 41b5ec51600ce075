import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { contenderSummarySchema } from '../summary/contender-summary.ts';
import { summarize } from '../summary/summary.ts';
import { endEntry, runEntry, trialEntry } from '../testing/runs.ts';
import { summarizedRun } from '../testing/summarized.ts';
import { renderCsv } from './csv.ts';

/** The fields of each record by RFC 4180. Quoted fields double their quotes. */
function parse(csv: string): string[][] {
  const records: string[][] = [];
  let fields: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = field.exec(csv); match !== null; match = field.exec(csv)) {
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === ',') continue;
    records.push(fields);
    fields = [];
  }
  assert.equal(records.map((record) => record.length).join(), records.map(() => 12).join());
  return records;
}

function linesOf(csv: string): Record<string, string>[] {
  const [head = [], ...lines] = parse(csv);
  return lines.map((line) => Object.fromEntries(head.map((name, index) => [name, line[index] ?? ''])));
}

const run = summarizedRun('a', { trials: '2' });
const lines = linesOf(renderCsv([run]));
const lineOf = (figure: string) => lines.find((line) => line.figure === figure && line.contender === 'async');

describe('figures as CSV', () => {
  test('have one line per figure, contender and run', () => {
    const names = lines.map(({ run, contender, figure }) => [run, contender, figure].join());
    assert.equal(new Set(names).size, names.length);
    // A search has five lines.
    const perContender = Object.keys(contenderSummarySchema.shape).length + 2 * 4;
    assert.equal(lines.length, 2 * perContender);
    assert.equal(linesOf(renderCsv([run, { ...run, label: 'b' }])).length, 4 * perContender);
  });

  test('are the numbers of the summary without rounding', () => {
    const figure = run.summary.contenders.async?.latencyP99Milliseconds;
    assert.ok(figure !== undefined && 'median' in figure && figure.interval !== undefined);
    assert.deepEqual(lineOf('latencyP99Milliseconds'), {
      ...{ run: 'a', contender: 'async', figure: 'latencyP99Milliseconds', unit: 'milliseconds', trials: '2' },
      ...{ median: String(figure.median), min: String(figure.min), max: String(figure.max) },
      ...{ intervalLow: String(figure.interval.low), intervalHigh: String(figure.interval.high) },
      ...{ values: figure.values.join(';'), absent: '' },
    });
  });

  test('have for a search the clients held, those not held, and why it ended', () => {
    assert.equal(lineOf('maxClientsConnected.clients')?.values, '2000;2001');
    assert.equal(lineOf('maxClientsConnected.failedClients')?.values, '2001;2002');
    assert.equal(lineOf('maxClientsConnected.isLowerBound')?.values, 'false');
    assert.equal(lineOf('maxClientsSending.isLowerBound')?.values, 'true');
    assert.equal(lineOf('maxClientsConnected.stops.cause')?.values, 'CPU saturated;CPU saturated');
    assert.match(lineOf('maxClientsSending.failedClients')?.absent ?? '', /^nothing about the server ended/);
  });

  test('have a reason, and no number, for a figure that was not measured', () => {
    const { summary } = summarizedRun('a', { contenders: 'async', only: 'build' }, []);
    for (const { figure = '', values, absent } of linesOf(renderCsv([{ label: 'a', summary }]))) {
      assert.equal(values, '', figure);
      assert.notEqual(absent, '', figure);
    }
  });

  test('have a unit each', () => {
    for (const { figure = '', unit } of lines) assert.notEqual(unit, '', figure);
    assert.equal(lineOf('cpuMicrosecondsPerMessage')?.unit, 'microseconds');
    assert.equal(lineOf('rssBytesPerClient')?.unit, 'bytes');
    assert.equal(lineOf('tlsConnectionsPerSecond')?.unit, 'per second');
    assert.equal(lineOf('maxClientsConnected.clients')?.unit, 'clients');
  });

  test('can be read back for any text of a reason or a label', () => {
    const trial = trialEntry('memory', 'async');
    const text = fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', ';', 'a', ' ', '=') });
    fc.assert(
      fc.property(text, text, (label, message) => {
        const summary = summarize([
          runEntry({ contenders: 'async' }),
          trial,
          { type: 'trialEnd', trial: trial.trial, outcome: 'failed', code: 'X', message },
          endEntry(),
        ]);
        const found = linesOf(renderCsv([{ label, summary }])).find(({ figure }) => figure === 'rssBytes');
        assert.deepEqual([found?.run, found?.absent, found?.median], [label, message, '']);
      }),
    );
  });
});
