import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readRecord } from '../../record/file.ts';
import { assertNothingLeft, startBench } from '../../testing/run-bench.ts';

/** This size holds the entries before the first trial, and is full within it. */
const mountOptions = 'size=32k';

describe('a run whose disk fills up', () => {
  let disk: string;
  let isMounted = false;
  before(() => {
    disk = mkdtempSync(join(tmpdir(), 'pi-websocket-bench-disk-'));
    isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', mountOptions, 'tmpfs', disk]).status === 0;
  });
  after(() => {
    if (isMounted) spawnSync('umount', [disk]);
    rmSync(disk, { recursive: true, force: true });
  });

  test('stops everything, reports it in one sentence, and keeps its record so far', async (context) => {
    if (!isMounted) return context.skip('a small file system can only be mounted by root');
    await using bench = await startBench('compare', '--profile', 'smoke', '--contenders', 'async', '--results', disk);
    assert.equal(await bench.ended, 1);
    assertNothingLeft(bench);
    assert.ok(
      bench.stderr.some((line) => /results cannot be written to .* \(ENOSPC.*\): choose another folder/.test(line)),
      bench.stderr.join('\n'),
    );
    assert.ok(!bench.stderr.some((line) => /^\s+at /.test(line)), 'no stack');
    const [folder = ''] = await readdir(disk);
    const [first] = await readRecord(join(disk, folder));
    assert.equal(first?.type, 'run');
  });
});
