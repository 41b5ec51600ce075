import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const hasScript = spawnSync('script', ['--version']).status === 0;
const control = '\u001b';

/** Of util-linux: a pseudo-terminal for a whole run. */
test('on a terminal the block is gone in the end, the cursor shown again, and what has ended stands there', {
  skip: hasScript ? false : 'script(1) is not here',
}, (t) => {
  const results = mkdtempSync(join(tmpdir(), 'pi-websocket-bench-'));
  t.after(() => rmSync(results, { recursive: true, force: true }));
  const words = `compare --profile smoke --only build --contenders async --results ${results}`;
  // Each of them decides on colours before the terminal does.
  const { FORCE_COLOR: _, NO_COLOR: __, CI: ___, ...environment } = process.env;
  const { status, stdout } = spawnSync(
    'script',
    ['-qec', `stty cols 80 rows 24; exec '${process.execPath}' bench/cli.ts ${words}`, '/dev/null'],
    {
      cwd: join(import.meta.dirname, '..'),
      encoding: 'utf8',
      env: { ...environment, TERM: 'xterm-256color' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  assert.equal(status, 0, stdout);
  assert.ok(stdout.includes(`${control}[?25l`), 'the cursor is hidden while the block stands');
  assert.ok(stdout.lastIndexOf(`${control}[?25h`) > stdout.lastIndexOf(`${control}[?25l`), 'and shown again');
  assert.match(stdout, /• build +0:0\d of about 10 s/);
  const last = stdout.lastIndexOf(' so far');
  assert.ok(stdout.indexOf(`${control}[2K`, last) > last, 'the last block was cleared');
  assert.ok(stdout.indexOf('Compile time', last) > last, 'and nothing of it stands below the table');
  assert.ok(stdout.includes(`${control}[32m✓${control}[39m build `));
});
