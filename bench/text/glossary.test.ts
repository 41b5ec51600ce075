import assert from 'node:assert/strict';
import { test } from 'node:test';
import { glossary } from './glossary.ts';

test('each term is explained once, in short sentences', () => {
  assert.equal(new Set(glossary.map(({ term }) => term)).size, glossary.length);
  for (const { term, meaning } of glossary) {
    assert.match(meaning, /^[A-Z].*\.$/, term);
    for (const sentence of meaning.split(/(?<=\.) /)) assert.ok(sentence.split(' ').length <= 25, sentence);
  }
});
