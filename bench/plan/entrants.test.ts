import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { contenderNames } from '../../servers/contract/contenders.ts';
import { contenderOf, entrantSchema, entrantsOf, mostEntrants } from './entrants.ts';

describe('contenders in a run', () => {
  test('that are compared with themselves are told apart', () => {
    assert.deepEqual(entrantsOf(['async', 'async', 'blocking', 'async']), ['async', 'async-2', 'blocking', 'async-3']);
  });

  test('each have a name of their own, which tells what they are and can stand in a record', () => {
    const lists = fc.array(fc.constantFrom(...contenderNames), { minLength: 1, maxLength: mostEntrants });
    fc.assert(
      fc.property(lists, (contenders) => {
        const entrants = entrantsOf(contenders);
        assert.equal(new Set(entrants).size, contenders.length);
        assert.deepEqual(entrants.map(contenderOf), contenders);
        for (const entrant of entrants) assert.equal(entrantSchema.parse(entrant), entrant);
      }),
    );
  });

  test('that are none are refused', () => {
    for (const name of ['', 'async-1', 'async-5', 'async-22', 'toString', '-2']) {
      assert.ok(!entrantSchema.safeParse(name).success, name);
    }
  });
});
