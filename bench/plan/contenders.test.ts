import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { serverNamePattern } from '../../servers/contract/server-name.ts';
import { type Contender, contenderKeySchema, contenderOf, contendersOf, keyOf, mostContenders } from './contenders.ts';

/** A text, and the contender that it names; undefined where it is no key. */
const keys: [text: string, contender: Contender | undefined][] = [
  ['async', { server: 'async', place: 1 }],
  ['async-2', { server: 'async', place: 2 }],
  ['async-4', { server: 'async', place: 4 }],
  ['async-pool', { server: 'async-pool', place: 1 }],
  ['async-pool-2', { server: 'async-pool', place: 2 }],
  ['async2', { server: 'async2', place: 1 }],
  ['async2-2', { server: 'async2', place: 2 }],
  ['null', { server: 'null', place: 1 }],
  // No tree has this server.
  ['rust', { server: 'rust', place: 1 }],
  ['async-1', undefined],
  ['async-5', undefined],
  ['async-22', undefined],
  ['async-02', undefined],
  ['async-2-2', undefined],
  ['async-2-pool', undefined],
  ['async-', undefined],
  ['async--2', undefined],
  ['-2', undefined],
  ['2', undefined],
  ['Async', undefined],
  ['toString', undefined],
  ['../async', undefined],
  ['async\n', undefined],
  ['', undefined],
];

describe('the key of a contender', () => {
  for (const [text, contender] of keys) {
    test(`${JSON.stringify(text)} is ${contender === undefined ? 'refused' : JSON.stringify(contender)}`, () => {
      assert.equal(contenderKeySchema.safeParse(text).success, contender !== undefined);
      if (contender === undefined) assert.throws(() => contenderOf(text), RangeError);
      else assert.deepEqual(contenderOf(text), contender);
    });
  }

  test('is no name of a server when it names a second place', () => {
    for (const name of ['async-2', 'async-9', 'async-10']) assert.ok(!serverNamePattern.test(name), name);
  });

  test('names exactly one contender for any names of servers', () => {
    const names = fc.stringMatching(serverNamePattern);
    fc.assert(
      fc.property(fc.array(names, { minLength: 1, maxLength: mostContenders }), (servers) => {
        const contenders = contendersOf(servers);
        const all = contenders.map(keyOf);
        assert.equal(new Set(all).size, servers.length);
        assert.deepEqual(all.map(contenderOf), contenders);
        assert.deepEqual(
          contenders.map(({ server }) => server),
          servers,
        );
        for (const key of all) assert.equal(contenderKeySchema.parse(key), key);
      }),
    );
  });
});

test('a server that is named again has the next place, and no fifth', () => {
  const keysOf = (...servers: string[]) => contendersOf(servers).map(keyOf);
  assert.deepEqual(keysOf('async', 'async', 'async-pool', 'async', 'async-pool'), [
    ...['async', 'async-2', 'async-pool', 'async-3', 'async-pool-2'],
  ]);
  const [fifth = ''] = keysOf(...Array.from({ length: mostContenders + 1 }, () => 'async')).slice(mostContenders);
  assert.ok(!contenderKeySchema.safeParse(fifth).success, fifth);
});
