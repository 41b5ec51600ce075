import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Entry } from '../record/record.ts';
import { rampEntries } from '../testing/ramp-entries.ts';
import { rampMemory } from './ramp-memory.ts';

const rising = [
  { at: 1_000, clients: 0, rssBytes: 10e6 },
  { at: 2_000, clients: 100, rssBytes: 20e6 },
  { at: 3_000, clients: 300, rssBytes: 40e6 },
  { at: 4_000, clients: 300, rssBytes: 60e6 },
  { at: 5_000, clients: 300, rssBytes: 62e6 },
];
const points = (entries: Entry[]) => rampMemory(entries, ['async'])[0]?.trials;

describe('memory against clients', () => {
  test('pairs each sample with the clients of its moment, between two lines of counters', () => {
    // Each sample is half a second from the line before it, and half a second from the line after it.
    assert.deepEqual(points(rampEntries(rising)), [
      [
        { clients: 50, rssBytes: 20e6 },
        { clients: 200, rssBytes: 40e6 },
        { clients: 300, rssBytes: 61e6 },
      ],
    ]);
  });

  test('does not depend on the clock of the server', () => {
    const elsewhere = rising.map((second) => ({ ...second, at: second.at + 1e9 }));
    assert.deepEqual(points(rampEntries(elsewhere)), points(rampEntries(rising)));
  });

  test('ends where the first client is lost', () => {
    const lost = { at: 6_000, clients: 299, rssBytes: 70e6, lost: 1 };
    const again = { at: 7_000, clients: 900, rssBytes: 90e6, lost: 1 };
    assert.deepEqual(points(rampEntries([...rising, lost, again])), points(rampEntries(rising)));
  });

  test('ends with the last line of a server that ended', () => {
    const entries = rampEntries(rising);
    const word = entries.findLastIndex((entry) => entry.type === 'server');
    assert.deepEqual(points(entries.toSpliced(word, 1))?.[0]?.at(-1), { clients: 300, rssBytes: 60e6 });
  });

  test('joins all complete attempts of a search, and keeps searches apart', () => {
    const more = rising.map((second) => ({ ...second, clients: second.clients * 2 }));
    const found = points([
      ...rampEntries(rising),
      ...rampEntries(more, { attempt: '2' }),
      ...rampEntries(rising, { attempt: '3', outcome: 'void' }),
      ...rampEntries(rising, { attempt: '4', outcome: 'failed' }),
      ...rampEntries(rising, { attempt: '5', outcome: 'cut off' }),
      ...rampEntries(more, { number: 2 }),
    ]);
    assert.deepEqual(
      found?.map((trial) => trial.map(({ clients }) => clients)),
      [
        [50, 100, 200, 300, 400, 600],
        [100, 400, 600],
      ],
    );
  });

  test('keeps contenders and phases apart, and leaves out what was not measured', () => {
    const entries = [
      ...rampEntries(rising, { phase: 'sending' }),
      ...rampEntries(rising, { contender: 'blocking' }),
      ...rampEntries(rising, { phase: 'sending', contender: 'blocking', outcome: 'void' }),
    ];
    assert.deepEqual(
      rampMemory(entries, ['async', 'blocking']).map(({ contender, phase }) => [contender, phase]),
      [
        ['async', 'sending'],
        ['blocking', 'connected'],
      ],
    );
    assert.deepEqual(rampMemory([], ['async']), []);
  });

  test('has no more points than a chart can show', () => {
    const many = Array.from({ length: 2_000 }, (_, index) => ({
      at: index * 1_000,
      clients: index * 10,
      rssBytes: 1e7 + index * 1e5,
    }));
    const [found = []] = points(rampEntries(many)) ?? [];
    assert.ok(found.length > 20 && found.length <= 50, `${found.length} points`);
    assert.ok((found[0]?.clients ?? 0) < 100 && (found.at(-1)?.clients ?? 0) > 18_000, 'from end to end');
    assert.deepEqual(
      found,
      found.toSorted((one, other) => one.clients - other.clients),
    );
  });
});
