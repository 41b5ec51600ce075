import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { contenderSummarySchema } from '../summary/contender-summary.ts';
import { summarize } from '../summary/summary.ts';
import { endEntry, runEntry, trialEntry } from '../testing/runs.ts';
import { summarizedRun } from '../testing/summarized.ts';
import { renderCsv } from './csv.ts';

/** Fields of each record by RFC 4180: quoted ones, in which a quote is doubled, or plain ones. */
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
  test('are a line a figure, contender and run', () => {
    const names = lines.map(({ run, contender, figure }) => [run, contender, figure].join());
    assert.equal(new Set(names).size, names.length);
    // A search has five lines.
    const perContender = Object.keys(contenderSummarySchema.shape).length + 2 * 4;
    assert.equal(lines.length, 2 * perContender);
    assert.equal(linesOf(renderCsv([run, { ...run, label: 'b' }])).length, 4 * perContender);
  });

  test('are the numbers of the summary, none of them rounded', () => {
    const figure = run.summary.contenders.async?.latencyP99Milliseconds;
    assert.ok(figure !== undefined && 'median' in figure && figure.interval !== undefined);
    assert.deepEqual(lineOf('latencyP99Milliseconds'), {
      ...{ run: 'a', contender: 'async', figure: 'latencyP99Milliseconds', unit: 'milliseconds', trials: '2' },
      ...{ median: String(figure.median), min: String(figure.min), max: String(figure.max) },
      ...{ intervalLow: String(figure.interval.low), intervalHigh: String(figure.interval.high) },
      ...{ values: figure.values.join(';'), absent: '' },
    });
  });

  test('say of a search what held, what did not, and why it ended', () => {
    assert.equal(lineOf('maxClientsConnected.clients')?.values, '2000;2001');
    assert.equal(lineOf('maxClientsConnected.failedClients')?.values, '2001;2002');
    assert.equal(lineOf('maxClientsConnected.isLowerBound')?.values, 'false');
    assert.equal(lineOf('maxClientsSending.isLowerBound')?.values, 'true');
    assert.equal(lineOf('maxClientsConnected.stops.cause')?.values, 'CPU saturated;CPU saturated');
    assert.match(lineOf('maxClientsSending.failedClients')?.absent ?? '', /^nothing about the server ended/);
  });

  test('say nothing of what was not measured, but why', () => {
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

  test('can be read back, whatever a reason or a label says', () => {
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
