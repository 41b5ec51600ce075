import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { pageScript } from './page-script.ts';

test('the script of the page can be inlined unchanged, and is bundled once', async () => {
  const script = await pageScript();
  assert.equal(await pageScript(), script);
  assert.equal(script.sha256, createHash('sha256').update(script.text).digest('base64'));
  // HTML, 13.2.5.4: `</script` ends the element, and `<!--` changes where it ends.
  assert.doesNotMatch(script.text, /<\/script|<!--/i);
  // An HTML parser turns a carriage return into a line feed, which would change the digest.
  assert.doesNotMatch(script.text, /\r/);
  assert.ok(Buffer.byteLength(script.text) < 700_000, 'no schema library came with it');
});
