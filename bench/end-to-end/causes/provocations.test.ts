import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { causeRows, causes } from '../../record/causes.ts';

/** The causes that the tests in this folder provoke and expect. */
const provoked = new Set(
  globSync('*.{causes,lab}.ts', { cwd: import.meta.dirname })
    .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
    .flatMap((text) => [...text.matchAll(/\bassertStop\(\s*\w+,\s*'([^']+)'/g)].map(([, cause]) => cause)),
);

describe('each cause is provoked by a test in this folder, or its row says why it is not', () => {
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
