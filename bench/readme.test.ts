import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readmeWithTable } from './readme.ts';

test('the table of the README is the one that the reference run gives', async () => {
  const readme = await readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8');
  assert.equal(readme, await readmeWithTable(), 'run: npm run docs');
});
