import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { openWorkFolder } from './work-folder.ts';

/** The pid of a process that has ended and been reaped. */
async function endedPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'close');
  return child.pid ?? 0;
}

describe('work folder', () => {
  let parent: string;
  const ours = String(process.pid);
  beforeEach(async () => {
    parent = join(await mkdtemp(join(tmpdir(), 'pi-websocket-bench-')), 'build');
  });
  afterEach(() => rm(join(parent, '..'), { recursive: true, force: true }));

  test('is created empty, together with its parent', async () => {
    const folder = await openWorkFolder(parent);
    assert.equal(folder.directory, join(parent, ours));
    assert.deepEqual(await readdir(folder.directory), []);
  });

  test('removes folders of killed runs, and leaves those of live runs', async () => {
    const dead = String(await endedPid());
    const alive = String(process.ppid);
    for (const name of [dead, alive, '1', 'async', '12-not-a-pid']) {
      await mkdir(join(parent, name), { recursive: true });
      await writeFile(join(parent, name, 'server.js'), '');
    }
    await openWorkFolder(parent);
    assert.deepEqual(new Set(await readdir(parent)), new Set([alive, '1', 'async', '12-not-a-pid', ours]));
    assert.deepEqual(await readdir(join(parent, alive)), ['server.js']);
  });

  test('is emptied when an earlier process with the same pid left one', async () => {
    await mkdir(join(parent, ours, 'async'), { recursive: true });
    assert.deepEqual(await readdir((await openWorkFolder(parent)).directory), []);
  });

  test('is gone after remove, with everything in it', async () => {
    const folder = await openWorkFolder(parent);
    await mkdir(join(folder.directory, 'async'));
    await writeFile(join(folder.directory, 'async', 'server.js'), '');
    await folder.remove();
    assert.deepEqual(await readdir(parent), []);
  });
});
