import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commentsOf, hardWords } from './words.ts';

const root = join(import.meta.dirname, '..', '..');
const cwd = { cwd: root };
const read = (file: string) => readFileSync(join(root, file), 'utf8');

test('comments are in plain English', () => {
  const files = globSync('{bench,certs,clients,deploy,servers}/**/*.{ts,mjs}', cwd);
  assert.ok(files.length > 300, 'the whole tree is looked at');
  const found = files.flatMap((file) => commentsOf(file, read(file)).flatMap((comment) => hardWords(file, comment)));
  assert.deepEqual(found, []);
});

test('documents are in plain English', () => {
  const documents = globSync(['*.md', 'docs/*.md', 'results/README.md'], cwd);
  assert.ok(documents.length >= 6);
  assert.deepEqual(
    documents.flatMap((file) =>
      read(file)
        .split('\n')
        .flatMap((line, index) => hardWords(`${file}:${index + 1}`, line)),
    ),
    [],
  );
});

test('each hard word is found', () => {
  const hard = [
    'Of it, the type check.',
    'A name. Of a run.',
    'whoever comes',
    'Nobody asks',
    'gone on with',
    'to mend',
    'foreseen',
    'bears',
  ];
  for (const text of hard) assert.equal(hardWords('a', text).length, 1, text);
  for (const text of ['Type-check part of it.', 'Of course.', 'a number of runs'])
    assert.deepEqual(hardWords('a', text), []);
});

test('a comment is one text, however it is broken into lines', () => {
  assert.deepEqual(commentsOf('a.ts', '/** One\n * two. */\nconst a = "/* no */"; // three'), ['One two.', 'three']);
});
