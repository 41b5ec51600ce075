import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { manifestOf } from './manifest.ts';

describe('the manifest of a release', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
    await mkdir(join(folder, 'servers', 'async'), { recursive: true });
    await writeFile(join(folder, 'servers', 'async', 'server.js'), 'one');
    await writeFile(join(folder, 'servers', 'async', 'package.json'), '{}');
    await writeFile(join(folder, 'node'), 'a program');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const servers = () => ({ path: 'servers', source: join(folder, 'servers') });
  const node = () => ({ path: 'node', source: join(folder, 'node'), isExecutable: true });

  test('lists every file below a folder, sorted, with its hash', async () => {
    const { files } = await manifestOf([servers(), node()]);
    assert.deepEqual(
      files.map(({ path, isExecutable, bytes }) => [path, isExecutable, bytes]),
      [
        ['node', true, 9],
        ['servers/async/package.json', false, 2],
        ['servers/async/server.js', false, 3],
      ],
    );
    assert.equal(files[2]?.hash, createHash('sha256').update('one').digest('hex'));
  });

  test('has the same id for the same files, and another when a content, name or mode differs', async () => {
    const { id } = await manifestOf([servers(), node()]);
    assert.equal((await manifestOf([node(), servers()])).id, id);
    const others = [
      [node()],
      [{ ...servers(), path: 'bundles' }, node()],
      [servers(), { ...node(), isExecutable: false }],
    ];
    for (const parts of others) assert.notEqual((await manifestOf(parts)).id, id);
    await writeFile(join(folder, 'node'), 'another program');
    assert.notEqual((await manifestOf([servers(), node()])).id, id);
  });

  test('cannot be made for a missing file', async () => {
    await assert.rejects(manifestOf([{ path: 'node', source: join(folder, 'none') }]), { code: 'ENOENT' });
  });
});
