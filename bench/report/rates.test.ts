import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { phaseNames } from '../plan/names.ts';
import type { Entry } from '../record/record.ts';
import { summarize } from '../summary/summary.ts';
import { rateEntries, runEntry, searchEntries, verdictOf } from '../testing/runs.ts';
import { comparisonRows } from './rows.ts';

const begin = runEntry({ contenders: 'async', intervalMs: '1000' });

function cellOf(entries: Entry[], label: string): string | undefined {
  return comparisonRows(summarize(entries)).find((row) => row.label === label)?.cells[0]?.text;
}

function noteOf(entries: Entry[], label: string): string | undefined {
  return comparisonRows(summarize(entries)).find((row) => row.label === label)?.cells[0]?.note;
}

/** A search that held this many clients and, if the server ended it, the number that it did not hold. */
function searched(clients: number, failedClients: number | undefined, stop = verdictOf('CPU saturated'), number = 1) {
  return searchEntries('connected', 'async', [clients], stop, number).map((entry): Entry => {
    if (entry.type !== 'search') return entry;
    const { failedClients: _, ...others } = entry;
    return { ...others, ...(failedClients !== undefined && { failedClients }) };
  });
}

describe('rows of the most clients', () => {
  const reached = verdictOf('target reached');
  const table: [title: string, entries: Entry[], cell: string][] = [
    ['held, and not held', searched(1_842, 1_985), '1,842, not 1,985'],
    ['none held', searched(0, 1), '0, not 1'],
    ['a lower bound', searched(2_000, undefined, reached), '≥ 2,000'],
    ['none held, with an unknown limit', searched(0, undefined, verdictOf('time limit')), '≥ 0'],
    [
      'a lower bound in one trial of two',
      [...searched(1_000, 1_100), ...searched(2_000, undefined, reached, 2)],
      '≥ 1,500 ± 500',
    ],
    [
      'both with their spread',
      [...searched(1_800, 1_985), ...searched(1_900, 2_001, undefined, 2)],
      '1,850 ± 50, not 1,993 ± 8',
    ],
    ['no search', [], 'not measured: no search was finished'],
  ];
  for (const [title, entries, cell] of table) {
    test(`show ${title}: ${cell}`, () => assert.equal(cellOf([begin, ...entries], 'Max clients connected'), cell));
  }

  const stopped = 'What stopped the connected clients';

  test('name what stopped them and what came later, each once', () => {
    const stop = verdictOf('accept backlog', ['TCP memory', 'conntrack']);
    const text = 'accept backlog; later also: TCP memory, conntrack';
    assert.equal(cellOf([begin, ...searched(10, 11, stop)], stopped), text);
    assert.equal(cellOf([begin, ...searched(10, 11, stop), ...searched(20, 21, stop, 2)], stopped), text);
    assert.equal(noteOf([begin, ...searched(10, 11, stop)], stopped), 'accept backlog: detail of accept backlog');
  });

  test('give for each cause the number of trials in which it came first', () => {
    const later = verdictOf('target reached', ['CPU saturated', 'conntrack']);
    const entries = [begin, ...searched(10, 11), ...searched(20, undefined, later, 2)];
    assert.equal(
      cellOf(entries, stopped),
      'CPU saturated (1 of 2 trials), target reached (1 of 2 trials); later also: conntrack',
    );
    assert.equal(
      noteOf(entries, stopped),
      'CPU saturated (1 of 2 trials): detail of CPU saturated; target reached (1 of 2 trials): detail of target reached',
    );
  });

  test('shorten long evidence below the table', () => {
    const stop = { ...verdictOf('unknown'), detail: 'x'.repeat(5_000) };
    const entries = [begin, ...searched(10, 11, stop)];
    assert.equal(cellOf(entries, stopped), 'unknown');
    assert.match(noteOf(entries, stopped) ?? '', /^unknown: x{400} …$/);
  });

  test('say when no search was finished', () => assert.equal(cellOf([begin], stopped), 'no search was finished'));
});

describe('rows of rates', () => {
  const entries = rateEntries('async');
  const knee = 'TLS connections per second at the knee';

  test('have the rate and time at the knee, and the request rates', () => {
    assert.equal(cellOf([begin, ...entries], knee), '200');
    assert.equal(cellOf([begin, ...entries], 'TLS connection time at the knee, p50 / p99'), '3 ms / 9 ms');
    const https = cellOf([begin, ...entries], 'HTTPS requests per second, kept / new connections');
    assert.equal(https, '9,000 / 500');
  });

  test('mark a rate as a lower bound when there was no knee', () => {
    const noKnee = entries.filter((entry) => entry.type !== 'arrival' || entry.step.verdict === 'kept');
    assert.equal(cellOf([begin, ...noKnee], knee), '≥ 200');
    assert.equal(cellOf([begin], knee), 'not measured: no rate of arrivals passed', 'an absent figure has no bound');
  });

  test('give the rates asked for, or how they rose', () => {
    const how = (profile: string, rate?: string[]) =>
      comparisonRows(summarize([runEntry({ profile, ...(rate && { rate }) })])).find(({ label }) => label === knee)
        ?.how;
    assert.match(how('quick', ['80', '12.5']) ?? '', /at the rates asked for \(80, 12\.5 a second\)/);
    assert.match(
      how('quick') ?? '',
      /at rates from 50 a second, each 1\.25 times the one before.* 2 times .* more than 1 % of the clients failed;/,
    );
  });
});

describe('rows of a phase', () => {
  const labels = (only?: string) =>
    comparisonRows(summarize([runEntry(only === undefined ? {} : { only })])).map(({ label }) => label);

  test('are left out when the plan lacks the phase, and only then', () => {
    const all = labels();
    const byPhase = phaseNames.filter((phase) => phase !== 'calibration').map((phase) => labels(phase));
    for (const own of byPhase) assert.ok(own.length > 0 && own.length < all.length);
    assert.deepEqual(byPhase.flat().toSorted(), all.toSorted(), 'each row is of one phase');
    assert.deepEqual(
      labels('https,build'),
      all.filter((label) => [...labels('https'), ...labels('build')].includes(label)),
      'in the same order',
    );
  });

  test('are those of the phase', () => {
    assert.deepEqual(labels('connected'), ['Max clients connected', 'What stopped the connected clients']);
    assert.deepEqual(labels('https'), ['HTTPS requests per second, kept / new connections']);
  });
});
