import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { countersAt, fleetAt, sampleAt } from '../../testing/evidence.ts';
import { assertLimit, type LimitRow, titleOf } from '../../testing/limit-row.ts';
import { refusalRules } from './refusals.ts';

const base = sampleAt(500);
const zero = countersAt(500);
const keptOut: LimitRow['explains'] = ['connections', 'time'];
const anySlow: LimitRow['explains'] = ['connections', 'messages', 'time'];

const table: LimitRow[] = [
  {
    cause: 'server descriptors',
    seen: (openDescriptors) => ({ samples: [base, sampleAt(2_000, {}, { openDescriptors, openFilesLimit: 20_000 })] }),
    at: 19_800,
    below: 19_799,
    explains: keptOut,
    detail: /^19800 of 20000 descriptors of the server open \(RLIMIT_NOFILE\)/,
  },
  {
    cause: 'thread limit',
    seen: (refused) => ({ counters: [zero, countersAt(2_000, { refused })] }),
    at: 1,
    below: 0,
    explains: keptOut,
    detail: /^the server refused 1 connections beyond --max-threads/,
  },
  {
    cause: 'accept backlog',
    seen: (listenOverflows) => ({
      samples: [sampleAt(500, { listenOverflows: 7 }), sampleAt(2_000, { listenOverflows, listenDrops: 3 })],
    }),
    at: 8,
    below: 7,
    explains: keptOut,
    detail: /^the accept queue overflowed 1 times \(ListenOverflows\)/,
  },
  {
    cause: 'handshake deadline',
    seen: (rejectedDeadline) => ({ counters: [zero, countersAt(2_000, { rejectedDeadline })] }),
    at: 1,
    below: 0,
    explains: keptOut,
    detail: /^the server cut 1 connections that were not through with TLS and upgrade within its deadline/,
  },
  {
    cause: 'TCP memory',
    seen: (tcpMemoryPages) => ({ samples: [base, sampleAt(2_000, { tcpMemoryPages })] }),
    at: 95_000,
    below: 94_999,
    explains: anySlow,
    detail: /^TCP used 95000 of 100000 pages \(net\.ipv4\.tcp_mem\), under pressure 0 times, 0 connections aborted/,
  },
  ...(['tcpMemoryPressures', 'tcpMemoryAborts'] as const).map(
    (count): LimitRow => ({
      cause: 'TCP memory',
      seen: (number) => ({ samples: [base, sampleAt(2_000, { [count]: number })] }),
      at: 1,
      below: 0,
      explains: anySlow,
      detail:
        /^TCP used 1 of 100000 pages .*, (under pressure 1 times, 0 connections|under pressure 0 times, 1 connections)/,
    }),
  ),
  {
    cause: 'conntrack',
    seen: (conntrackEntries) => ({
      limits: { conntrackMax: 65_536 },
      samples: [base, sampleAt(2_000, { conntrackEntries })],
    }),
    at: 64_881,
    below: 64_880,
    explains: anySlow,
    detail: /^64881 of 65536 tracked connections \(nf_conntrack_max\)/,
  },
  {
    cause: 'fleet out of ports',
    seen: (ports) => ({ fleet: [fleetAt(2_000, { failures: { ports } })] }),
    at: 1,
    below: 0,
    explains: keptOut,
    detail: /^1 connections could not be opened: no source port was free/,
  },
  {
    cause: 'fleet out of descriptors',
    seen: (descriptors) => ({ fleet: [fleetAt(2_000, { failures: { descriptors } })] }),
    at: 1,
    below: 0,
    explains: keptOut,
    detail: /^1 connections could not be opened: the fleet had no descriptor left/,
  },
];

describe('a limit that keeps clients out', () => {
  for (const row of table) test(titleOf(row), () => assertLimit(row));

  test('stands in this table for every rule', () => {
    const found = new Set(table.map(({ cause }) => cause));
    assert.deepEqual(found, new Set(refusalRules.map(({ cause }) => cause)));
  });
});
