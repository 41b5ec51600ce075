import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Connection } from './connection.ts';
import { type Manifest, manifestOf } from './manifest.ts';
import { connectMachine } from './remote-machine.ts';
import { scriptLine } from './shell.ts';
import { shipManifest } from './store.ts';
import { mountDisk } from './testing/disk.ts';
import { noSshd, type SshdOptions, startSshd } from './testing/sshd.ts';

const never = new AbortController().signal;
const hourSeconds = 3_600;

describe('the releases on another machine', { skip: noSshd }, () => {
  let sources: string;
  before(async () => {
    sources = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
  });
  after(() => rm(sources, { recursive: true, force: true }));

  /** The manifest of a release of files with these contents, by their paths. */
  async function release(files: Record<string, string | Buffer>): Promise<Manifest> {
    const source = await mkdtemp(join(sources, 'release-'));
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(source, path)), { recursive: true });
      await writeFile(join(source, path), content);
    }
    return manifestOf([{ path: '.', source }]);
  }

  /** Starts another machine with an empty store. */
  async function openStore(options?: SshdOptions) {
    await using ends = new AsyncDisposableStack();
    const sshd = ends.use(await startSshd(options));
    const target = { destination: 'target', sshConfig: sshd.config() };
    const connection = await Connection.open(target, scriptLine('echo ready; cat > /dev/null'));
    ends.defer(async () => void (await connection.close()));
    await connection.linesUntil('ready', never);
    const root = join(sshd.home, 'a store');
    const all = ends.move();
    return {
      home: sshd.home,
      root,
      ship: (manifest: Manifest) => shipManifest(connection, root, manifest, never),
      names: (...path: string[]) => readdirSync(join(root, ...path)).sort(),
      currentFile: (path: string) => readFileSync(join(root, 'current', path), 'utf8'),
      current: () => readlinkSync(join(root, 'current')),
      [Symbol.asyncDispose]: () => all.disposeAsync(),
    };
  }

  const paths = ({ files }: { files: { path: string }[] }) => files.map(({ path }) => path);

  test('get each missing file once, also with spaces in its name', async () => {
    await using store = await openStore();
    const first = await store.ship(await release({ a: 'one', 'with spaces/b  c': 'two', 'the same': 'one' }));
    assert.deepEqual([paths(first), first.bytes], [['a', 'with spaces/b  c'], 6]);
    for (const [path, content] of [
      ['a', 'one'],
      ['with spaces/b  c', 'two'],
      ['the same', 'one'],
    ] as const) {
      assert.equal(store.currentFile(path), content);
    }
    const second = await store.ship(await release({ a: 'one', d: 'three' }));
    assert.deepEqual([paths(second), second.bytes], [['d'], 5]);
    assert.deepEqual(store.names(), ['current', 'objects', 'releases', 'spools']);
  });

  test('get a truncated file again, also in a release that has it', async () => {
    await using store = await openStore();
    const manifest = await release({ whole: 'content', cut: 'more content' });
    await store.ship(manifest);
    const cut = manifest.files.find(({ path }) => path === 'cut');
    truncateSync(join(store.root, 'objects', cut?.hash ?? ''), 4);
    assert.equal(store.currentFile('cut'), 'more');
    assert.deepEqual(paths(await store.ship(manifest)), ['cut']);
    assert.deepEqual([store.currentFile('cut'), store.currentFile('whole')], ['more content', 'content']);
    assert.deepEqual(paths(await store.ship(manifest)), []);
  });

  const inTransit: [title: string, programs: Record<string, string>, message: RegExp][] = [
    [
      'arrives damaged',
      { tar: '$real "$@" && for file in "$2"/*; do echo more >> "$file"; done' },
      /^the release did not arrive complete on target \([\da-f]{64} arrived damaged\): try again$/,
    ],
    ['is not what its hash says', { sha256sum: 'echo 0123 -' }, /arrived damaged\): try again$/],
    ['breaks off', { tar: 'head -c 1200 | $real "$@"' }, /\(.*EOF.*\): try again$/s],
    ['breaks off before it begins', { tar: 'head -c 512 | $real "$@"' }, /\(nothing arrived\): try again$/],
    ['has an incomplete list', { mkdir: 'case $* in *incoming*) cat > /dev/null;; esac; $real "$@"' }, /broke off/],
  ];
  for (const [title, programs, message] of inTransit) {
    test(`are as before when a transfer ${title}`, async () => {
      const broken = Object.entries(programs).map(([name, script]) => [
        name,
        `[ -e "$HOME/broken" ] || exec $real "$@"\n${script}`,
      ]);
      await using store = await openStore({ programs: Object.fromEntries(broken) });
      await store.ship(await release({ a: 'one' }));
      const before = [store.names(), store.names('releases'), store.current()];
      writeFileSync(join(store.home, 'broken'), '');
      const next = await release({ a: 'two', b: 'three' });
      await assert.rejects(store.ship(next), { code: 'PROCESS_FAILED', message });
      assert.deepEqual([store.names(), store.names('releases'), store.current()], before);
      rmSync(join(store.home, 'broken'));
      await store.ship(next);
      assert.deepEqual([store.currentFile('a'), store.currentFile('b')], ['two', 'three']);
    });
  }

  test('are the last three, the latest is current, and files of no release are removed', async () => {
    await using store = await openStore();
    const all = [];
    for (const number of [1, 2, 3, 4, 5]) {
      const manifest = await release({ same: 'same', own: `release ${number}` });
      all.push(manifest);
      await store.ship(manifest);
      assert.equal(store.current(), `releases/${manifest.id}`);
    }
    const kept = (manifests: Manifest[]) => {
      const files = manifests.flatMap(({ files }) => files.map(({ hash }) => hash));
      assert.deepEqual(store.names('releases'), manifests.map(({ id }) => id).sort());
      assert.deepEqual(store.names('objects'), [...new Set(files)].sort());
    };
    kept(all.slice(2));
    const [, , third, fourth, fifth] = all;
    assert.ok(third !== undefined && fourth !== undefined && fifth !== undefined);
    assert.deepEqual(paths(await store.ship(third)), []);
    assert.equal(store.current(), `releases/${third.id}`);
    kept([third, fourth, fifth]);
    const sixth = await release({ own: 'release 6' });
    await store.ship(sixth);
    kept([third, fifth, sixth]);
  });

  test('include the current one when the clock was set back', async () => {
    await using store = await openStore();
    for (const number of [1, 2, 3]) {
      const manifest = await release({ own: `release ${number}` });
      await store.ship(manifest);
      const future = Date.now() / 1_000 + 24 * hourSeconds;
      utimesSync(join(store.root, 'releases', manifest.id), future, future);
    }
    await store.ship(await release({ own: 'release 4' }));
    assert.equal(store.currentFile('own'), 'release 4');
    assert.equal(store.names('releases').length, 3);
  });

  test('stand beside no temporary folder that is older than an hour', async () => {
    await using store = await openStore();
    for (const [name, minutes] of [
      ['incoming.old', 61],
      ['build.old', 61],
      ['incoming.young', 58],
      ['build.young', 58],
    ] as const) {
      mkdirSync(join(store.root, name, 'part'), { recursive: true });
      const then = Date.now() / 1_000 - minutes * 60;
      utimesSync(join(store.root, name), then, then);
    }
    await store.ship(await release({ a: 'one' }));
    assert.deepEqual(store.names(), ['build.young', 'current', 'incoming.young', 'objects', 'releases', 'spools']);
  });

  test('are refused in a sentence by a full disk, and arrive when there is room', async (context) => {
    const disk = mountDisk(8_000_000);
    if (disk === undefined) return context.skip('a small disk can only be mounted by root');
    using _ = disk;
    const df = 'echo header; echo "tmpfs 1000000 0 1000000 0% /"';
    await using sshd = await startSshd({ home: disk.path, programs: { df } });
    await using machine = await connectMachine({ destination: 'target', sshConfig: sshd.config() }, never);
    const { root } = machine.layout;
    const manifest = await release({
      small: 'small',
      large: Buffer.alloc(4_000_000, 'x'),
      another: Buffer.alloc(1_000_000, 'y'),
    });
    const others = join(disk.path, 'of others');
    // First almost no space is free, then too little for the large file.
    for (const bytes of [7_950_000, 6_000_000]) {
      writeFileSync(others, Buffer.alloc(bytes));
      await assert.rejects(shipManifest(machine.connection, root, manifest, never), {
        code: 'PROCESS_FAILED',
        message:
          /^the release did not arrive complete on target \(.*\): make room there, .*"npm run deploy -- target --clean"$/s,
      });
      assert.deepEqual(readdirSync(root, { recursive: true }).sort(), ['objects', 'releases', 'spools']);
    }
    rmSync(others);
    await shipManifest(machine.connection, root, manifest, never);
    assert.equal(readFileSync(join(root, 'current', 'small'), 'utf8'), 'small');
    assert.ok(existsSync(join(root, 'current', 'large')));
  });
});
