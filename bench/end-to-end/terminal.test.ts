import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const hasScript = spawnSync('script', ['--version']).status === 0;
const control = '\u001b';

/** script(1) of util-linux gives the run a pseudo-terminal. */
test('on a terminal a run clears its block and shows the cursor at the end, and finished tasks stay', {
  skip: hasScript ? false : 'script(1) is not installed',
}, (t) => {
  const results = mkdtempSync(join(tmpdir(), 'pi-websocket-bench-'));
  t.after(() => rmSync(results, { recursive: true, force: true }));
  const words = `compare --profile smoke --only build --contenders async --results ${results}`;
  // Each of these variables would override the terminal's colours.
  const { FORCE_COLOR: _, NO_COLOR: __, CI: ___, ...environment } = process.env;
  const { status, stdout } = spawnSync(
    'script',
    ['-qec', `stty cols 80 rows 24; exec '${process.execPath}' bench/cli.ts ${words}`, '/dev/null'],
    {
      cwd: join(import.meta.dirname, '..', '..'),
      encoding: 'utf8',
      env: { ...environment, TERM: 'xterm-256color' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  assert.equal(status, 0, stdout);
  assert.ok(stdout.includes(`${control}[?25l`), 'the cursor is hidden while the block is shown');
  assert.ok(stdout.lastIndexOf(`${control}[?25h`) > stdout.lastIndexOf(`${control}[?25l`), 'and shown afterwards');
  assert.match(stdout, /• build +0:0\d of about 10 s/);
  const last = stdout.lastIndexOf(' so far');
  assert.ok(stdout.indexOf(`${control}[2K`, last) > last, 'the last block was cleared');
  assert.ok(stdout.indexOf('Compile time', last) > last, 'and the table comes after it');
  assert.ok(stdout.includes(`${control}[32m✓${control}[39m build `));
});
