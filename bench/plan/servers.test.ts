import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { BenchError } from '../errors.ts';
import { allServers, contenderServers, defaultContenders, nullServer, readServers, serverOf } from './servers.ts';

describe('the servers of this tree', () => {
  test('are compared by default in the order of their places, and the one that calibrates never is', () => {
    assert.deepEqual(defaultContenders(), ['blocking', 'async']);
    assert.ok(allServers().some(({ name }) => name === nullServer));
    assert.ok(!contenderServers().some(({ name }) => name === nullServer));
  });

  test('are found for each of their places', () => {
    assert.equal(serverOf('async-2'), serverOf('async'));
    assert.deepEqual(serverOf('blocking').bundle, {
      'server.js': 'servers/models/blocking/main.ts',
      'worker.js': 'servers/models/blocking/thread.ts',
    });
    assert.throws(() => serverOf('async-pool'), { code: 'BAD_OPTION', message: /no server "async-pool".*async/ });
  });
});

describe('a tree', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pi-websocket-bench-servers-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const good = { description: 'made up', bundle: { 'server.js': 'main.ts' } };

  /** Creates a tree with a program and this manifest, or this text as manifest, in each folder. */
  function treeOf(manifests: Record<string, unknown>): string {
    const tree = mkdtempSync(join(folder, 'tree-'));
    for (const [name, manifest] of Object.entries(manifests)) {
      const model = join(tree, 'servers', 'models', name);
      mkdirSync(model, { recursive: true });
      writeFileSync(join(model, 'main.ts'), '');
      const text = typeof manifest === 'string' ? manifest : JSON.stringify(manifest);
      if (manifest !== undefined) writeFileSync(join(model, 'server.json'), text);
    }
    writeFileSync(join(tree, 'package.json'), '{}');
    return tree;
  }

  test('has a server for each folder with a manifest: first those of the default comparison, then the others by name', () => {
    const tree = treeOf({
      ...{ beta: good, alpha: good, last: { ...good, defaultPlace: 2 }, first: { ...good, defaultPlace: 1 } },
      ...{ shared: undefined, 'alpha-pool': { ...good, bundle: { 'server.js': '../alpha/main.ts' } } },
    });
    const servers = readServers(tree);
    assert.deepEqual(
      servers.map(({ name }) => name),
      ['first', 'last', 'alpha', 'alpha-pool', 'beta'],
    );
    const { bundle, isContender } = servers[3] ?? {};
    assert.deepEqual([bundle, isContender], [{ 'server.js': 'servers/models/alpha/main.ts' }, true]);
  });

  const refused: [what: string, manifests: Record<string, unknown>, sentence: RegExp][] = [
    ['no JSON', { a: '{' }, /^servers\/models\/a\/server\.json is not JSON: /],
    ['no description', { a: { bundle: good.bundle } }, /a\/server\.json is no manifest of a server: description: /],
    ['an empty description', { a: { ...good, description: '' } }, /: description: is to be a phrase in one line$/],
    ['a word that means nothing', { a: { ...good, isContendr: false } }, /server\.json is no manifest .*isContendr/],
    ['nothing to start', { a: { ...good, bundle: { 'worker.js': 'main.ts' } } }, /bundle: lacks "server\.js"/],
    ['a strange file', { a: { ...good, bundle: { ...good.bundle, '../x.js': 'main.ts' } } }, /: bundle\.\.\.\/x\.js: /],
    [
      'a program that is not there',
      { a: { ...good, bundle: { 'server.js': 'mian.ts' } } },
      /^servers\/models\/a\/server\.json names mian\.ts for server\.js, but there is no servers\/models\/a\/mian\.ts: /,
    ],
    [
      'a program elsewhere',
      { a: { ...good, bundle: { 'server.js': '../../../package.json' } } },
      /^servers\/models\/a\/server\.json names .* not in servers\//,
    ],
    [
      'a name that is a second place',
      { 'a-2': good },
      /^servers\/models\/a-2\/server\.json lies in the folder "a-2", which cannot be/,
    ],
    [
      'a name with a capital',
      { Rust: good },
      /^servers\/models\/Rust\/server\.json lies in the folder "Rust", which cannot be/,
    ],
    [
      'a place that another has',
      { a: { ...good, defaultPlace: 1 }, b: { ...good, defaultPlace: 1 } },
      /^servers\/models\/b\/server\.json takes place 1 of the default comparison, which another server has: /,
    ],
    [
      'a place for what is no contender',
      { a: { ...good, defaultPlace: 1, isContender: false } },
      /^servers\/models\/a\/server\.json gives a place in the default comparison to a server that is no contender/,
    ],
    [
      'more by default than one run compares',
      Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name, index) => [name, { ...good, defaultPlace: index + 1 }])),
      /^servers\/models\/e\/server\.json is one too many by default: one run compares at most 4 servers$/,
    ],
  ];
  for (const [what, manifests, sentence] of refused) {
    test(`with ${what} is refused in a sentence that names the manifest`, () => {
      const tree = treeOf(manifests);
      assert.throws(
        () => readServers(tree),
        (error) => {
          assert.ok(error instanceof BenchError, String(error));
          assert.equal(error.code, 'BAD_MANIFEST');
          assert.match(error.message, sentence);
          assert.doesNotMatch(error.message, /\n/);
          return true;
        },
      );
    });
  }
});
