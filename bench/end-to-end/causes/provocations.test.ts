import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { causeRows, causes } from '../../record/causes.ts';

const folder = join(import.meta.dirname, '..');
/** The causes that the tests here and in the virtual machine provoke and expect. */
const provoked = new Set(
  globSync('{causes,lab}/*.long.ts', { cwd: folder })
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .flatMap((text) => [...text.matchAll(/\bassertStop\(\s*\w+,\s*'([^']+)'/g)].map(([, cause]) => cause)),
);

describe('each cause is provoked by a test, or its row says why it is not', () => {
  for (const cause of causes) {
    test(cause, () => assert.equal(provoked.has(cause), 'provocation' in causeRows[cause]));
  }

  test('and no other cause is provoked', () => {
    const names: readonly string[] = causes;
    assert.deepEqual(
      [...provoked].filter((cause) => cause === undefined || !names.includes(cause)),
      [],
    );
  });
});
