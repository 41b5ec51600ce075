import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readmeWithTable } from './readme.ts';
import { readRecord, recordFileName } from './record-file.ts';

test('the table of the README is the one that the reference run gives', async () => {
  const readme = await readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8');
  assert.equal(readme, await readmeWithTable(), 'run: npm run docs');
});

for (const name of ['reference', 'reference-searches', 'reference-large']) {
  test(`the record in ${name} can be read, and does not tell where the suite lay`, async () => {
    const folder = join(import.meta.dirname, '..', 'results', name);
    const entries = await readRecord(folder);
    assert.ok(entries.some(({ type }) => type === 'search'));
    assert.doesNotMatch(await readFile(join(folder, recordFileName), 'utf8'), /(?<!\.)\/[\w./-]*node_modules\//);
  });
}
