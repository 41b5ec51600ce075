import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { pageScript } from './page-script.ts';

test('the script of the page stands in a page as it is, and is bundled once', async () => {
  const script = await pageScript();
  assert.equal(await pageScript(), script);
  assert.equal(script.sha256, createHash('sha256').update(script.text).digest('base64'));
  // HTML, 13.2.5.4: either would end the element, or change where it ends.
  assert.doesNotMatch(script.text, /<\/script|<!--/i);
  // A parser of HTML makes a line feed of it, and the digest would be another.
  assert.doesNotMatch(script.text, /\r/);
  assert.ok(Buffer.byteLength(script.text) < 700_000, 'no schema library came with it');
});
