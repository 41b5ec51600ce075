import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judgeArrivals } from '../phases/judge-arrivals.ts';
import type { Entry } from '../record/record.ts';
import { summarize } from '../summary/summary.ts';
import { endEntry, rateEntries, runEntry } from '../testing/runs.ts';
import { fleetArrived, histogramOf } from '../testing/samples.ts';
import { type ContenderArrival, renderArrivals } from './arrivals.ts';

const begin = runEntry({ only: 'arrivals,https' });
const entries: Entry[] = [begin, ...rateEntries('blocking'), ...rateEntries('async'), endEntry()];
const { config } = begin;

const most = Array.from({ length: 98 }, () => 3_000);
const kept: ContenderArrival = {
  contender: 'blocking',
  step: judgeArrivals(
    62.5,
    [fleetArrived({ durationMilliseconds: 1_602, correctedPongMicroseconds: histogramOf(...most, 5_000, 9_000) })],
    undefined,
    config,
  ),
};
const failed: ContenderArrival = {
  contender: 'async',
  step: judgeArrivals(
    20_000,
    [
      fleetArrived({
        finished: 70,
        failures: { timeout: 20, refused: 10 },
        correctedPongMicroseconds: histogramOf(120_000),
      }),
    ],
    undefined,
    config,
  ),
};
const none = histogramOf();
const nothing: ContenderArrival = {
  contender: 'async',
  step: judgeArrivals(
    50,
    [fleetArrived({ finished: 0, failures: { reset: 100 }, correctedPongMicroseconds: none, pongMicroseconds: none })],
    undefined,
    config,
  ),
};

/** The cells of each row of the table. A cell that is broken over lines becomes one text. */
function linesOf(text: string): string[][] {
  return text
    .split(/^[├└].*$/m)
    .map((row) => row.split('\n').filter((line) => line.startsWith('│')))
    .filter((row) => row.length > 0)
    .map((row) => {
      const lines = row.map((line) => line.split('│').slice(1, -1));
      return (lines[0] ?? []).map((_, column) =>
        lines
          .map((line) => line[column]?.trim())
          .join(' ')
          .trim(),
      );
    });
}

describe('table of arrivals', () => {
  test('has a line for each rate of each contender, in the order in which they ran', () => {
    const lines = linesOf(renderArrivals(summarize(entries), [kept, failed, nothing], 80));
    assert.deepEqual(lines.slice(-3), [
      ['blocking', '63', '62', '3.0', '5.0', '2.9 / 2.9', '0', 'kept'],
      ['async', '20000', '70', '120', '120', '2.9 / 2.9', '20 timeout 10 refused', 'failed'],
      ['async', '50', '0', '-', '-', '- / -', '100 reset', 'failed'],
    ]);
  });

  test('fits 80 columns, with the longest name and several kinds of failures', () => {
    const worst = { contender: 'blocking-2', step: { ...failed.step, failures: { timeout: 20_000, refused: 10 } } };
    const text = renderArrivals(summarize(entries), [worst, kept, nothing], 80);
    for (const line of text.split('\n')) assert.ok(line.length <= 80, `${line.length}: ${line}`);
  });

  test('gives below the figures of arrivals and HTTPS, and no others, by the name of each contender', () => {
    const lines = renderArrivals(summarize(entries), [kept], 100).split('\n');
    const figures = lines.filter((line) => /^[A-Z].*: blocking /.test(line));
    assert.deepEqual(figures, [
      'TLS connections per second at the knee: blocking 200, async 200',
      'TLS connection time at the knee, p50 / p99: blocking 3 ms / 9 ms, async 3 ms / 9 ms',
      'HTTPS requests per second, kept / new connections: blocking 9,000 / 500, async 9,000 / 500',
    ]);
  });

  test('says what an arriving client does, where it was measured, and whether the run completed', () => {
    const text = renderArrivals(summarize([begin, endEntry('interrupted')]), [], 500);
    assert.match(
      text,
      /Each client opens TLS and a websocket, sends one message, awaits the pong behind it and leaves\./,
    );
    assert.match(
      text,
      /when the client was due, so that waiting counts; those in the column "from begin" start when the client began/,
    );
    assert.match(text, /Node 26\.10\.0, V8 .*, OpenSSL 3\.5\.8; TLS 1\.3/);
    assert.match(text, /This run did not complete \(interrupted\)/);
    assert.match(text, /TLS connections per second at the knee: blocking not measured: .*, async not measured: /);
    assert.doesNotMatch(text, /undefined|NaN/);
    assert.ok(!text.includes('\u001b'), 'no colours');
  });
});
