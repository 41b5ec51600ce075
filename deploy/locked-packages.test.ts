import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { Interrupted } from '../bench/errors.ts';
import { until } from '../bench/testing/processes.ts';
import { lockedPackage, readLock } from './lock-file.ts';
import { nodeFor, packageFolder, projectRoot } from './locked-packages.ts';
import { processesWith } from './testing/processes.ts';

/** A small package that no machine with the suite installs: the suite needs glibc, and this is for musl. */
const location = '@napi-rs/nice-linux-arm64-musl';
const { signal } = new AbortController();

describe('a locked package', () => {
  let root: string;
  let packages: string;
  let environment: NodeJS.ProcessEnv;

  beforeEach(async () => {
    environment = { ...process.env };
    root = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-packages-'));
    packages = join(root, '.build', 'packages');
    await lock();
  });
  afterEach(async () => {
    process.env = environment;
    await rm(root, { recursive: true, force: true });
  });

  /** Writes the lock file of a project that locks the same package, optionally with another hash. */
  async function lock(integrity?: string): Promise<void> {
    const locked = { ...lockedPackage(await readLock(projectRoot), location), ...(integrity && { integrity }) };
    const text = JSON.stringify({ packages: { [`node_modules/${location}`]: locked } });
    await writeFile(join(root, 'package-lock.json'), text);
  }

  /** Replaces npm until the end of the test. */
  async function useNpm(script: string): Promise<void> {
    const file = join(root, 'npm.cjs');
    await writeFile(file, script);
    Object.assign(process.env, { npm_execpath: file, npm_node_execpath: process.execPath });
  }

  function useNoNpm(): void {
    process.env.PATH = join(root, 'no-programs');
    delete process.env.npm_execpath;
  }

  test('that is not installed is fetched, checked and unpacked, and needs npm only once', async () => {
    const folder = await packageFolder(location, signal, root);
    const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const { version } = lockedPackage(await readLock(root), location);
    assert.partialDeepStrictEqual(manifest, { name: location, version });
    assert.ok(existsSync(join(folder, 'nice.linux-arm64-musl.node')));
    assert.equal((await stat(folder)).uid, process.getuid?.());
    assert.deepEqual(await readdir(packages), [folder.slice(packages.length + 1)]);

    useNoNpm();
    assert.equal(await packageFolder(location, signal, root), folder);
  });

  test('that is fetched twice at once is stored once', async () => {
    const [one, other] = await Promise.all([
      packageFolder(location, signal, root),
      packageFolder(location, signal, root),
    ]);
    assert.equal(one, other);
    assert.equal((await readdir(packages)).length, 1);
  });

  test('with another hash is refused before it is unpacked, and leaves no file', async () => {
    await packageFolder(location, signal, root);
    const before = await readdir(packages);
    await lock(`sha512-${'A'.repeat(86)}==`);
    await mkdir(join(root, 'programs'));
    await writeFile(join(root, 'programs', 'tar'), `#!/bin/sh\n: > '${root}/unpacked'\n`, { mode: 0o755 });
    process.env.PATH = `${join(root, 'programs')}:${process.env.PATH}`;
    await assert.rejects(packageFolder(location, signal, root), {
      code: 'PACKAGES',
      message: /^npm fetched another @napi-rs\/\S+ \S+ than package-lock\.json locks: find out/,
    });
    assert.ok(!existsSync(join(root, 'unpacked')));
    assert.deepEqual(await readdir(packages), before, 'the valid package stays');
  });

  test('cannot be fetched without a network, and the error says what to do', async () => {
    Object.assign(process.env, {
      npm_config_registry: 'http://127.0.0.1:1/',
      npm_config_cache: join(root, 'npm-cache'),
      npm_config_fetch_retries: '0',
    });
    await assert.rejects(packageFolder(location, signal, root), {
      code: 'PACKAGES',
      message: /^npm cannot fetch @napi-rs\/\S+ \S+: run this once while online, .*ECONNREFUSED/s,
    });
    assert.deepEqual(await readdir(packages), []);
  });

  test('cannot be fetched without npm', async () => {
    useNoNpm();
    await assert.rejects(packageFolder(location, signal, root), { message: /^npm cannot be started .*: install it$/ });
    assert.deepEqual(await readdir(packages), []);
  });

  test('with a damaged archive is refused with the message of tar', async () => {
    await useNpm(`
      const folder = process.argv.find((word) => word.startsWith('--pack-destination=')).split('=')[1];
      require('node:fs').writeFileSync(folder + '/broken.tgz', 'broken');`);
    await lock(`sha512-${hash('sha512', 'broken', 'base64')}`);
    await assert.rejects(packageFolder(location, signal, root), {
      code: 'PACKAGES',
      message: /cannot be unpacked: .*gzip/s,
    });
    assert.deepEqual(await readdir(packages), []);
  });

  test('is not fetched any further after an interruption, and leaves no file', async () => {
    await useNpm(`
      const folder = process.argv.find((word) => word.startsWith('--pack-destination=')).split('=')[1];
      require('node:fs').writeFileSync(folder + '/half.tgz', 'half');
      setInterval(() => {}, 1_000);`);
    const interrupt = new AbortController();
    const folder = packageFolder(location, interrupt.signal, root);
    folder.catch(() => {});
    const isFetching = () => existsSync(packages) && execFileSync('find', [packages, '-name', 'half.tgz']).length > 0;
    await until('npm has begun', isFetching);
    interrupt.abort();
    await assert.rejects(folder, Interrupted);
    assert.deepEqual(await readdir(packages), []);
    assert.deepEqual([...processesWith(join(root, 'npm.cjs'))], []);
  });

  test('that is installed is used in the locked version, and not in another', async () => {
    useNoNpm();
    const installed = join(root, 'node_modules', location);
    const { version } = lockedPackage(await readLock(root), location);
    await mkdir(installed, { recursive: true });
    await writeFile(join(installed, 'package.json'), JSON.stringify({ version }));
    assert.equal(await packageFolder(location, signal, root), installed);
    for (const other of ['{"version":"0.0.1"}', '{']) {
      await writeFile(join(installed, 'package.json'), other);
      await assert.rejects(packageFolder(location, signal, root), { message: /^npm cannot be started/ });
    }
  });
});

test('Node for this machine runs here, and has the version that runs this test', async () => {
  const node = await nodeFor(process.arch === 'arm64' ? 'arm64' : 'x64', signal);
  assert.equal(execFileSync(node, ['--version'], { encoding: 'utf8' }).trim(), process.version);
});
