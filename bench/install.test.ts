import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, test } from 'node:test';

/** Stands in for npm: writes down how it was called, and leaves what a real install leaves last. */
const fakeNpm = `#!${process.execPath}
const { appendFileSync, mkdirSync, symlinkSync, writeFileSync } = require('node:fs');
appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n');
if (process.env.FAKE_NPM_FAILS) process.exit(7);
mkdirSync('node_modules/.bin', { recursive: true });
const links = (process.env.FAKE_NPM_LINKS ?? 'ci rebuild').split(' ');
try {
  if (links.includes(process.argv[2])) symlinkSync(${JSON.stringify(process.execPath)}, 'node_modules/.bin/node');
} catch {}
writeFileSync('node_modules/.package-lock.json', '{}');
console.log('added 1 package');
`;
const npmCi = 'ci --ignore-scripts --loglevel=error --no-audit --no-fund';
const npmRebuild = 'rebuild --ignore-scripts --loglevel=error';

describe('install before a command', { timeout: 30_000 }, () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
    await mkdir(join(root, 'bench'));
    await mkdir(join(root, 'path'));
    await copyFile(join(import.meta.dirname, 'install.mjs'), join(root, 'bench', 'install.mjs'));
    for (const file of ['package.json', 'package-lock.json']) {
      await copyFile(join(import.meta.dirname, '..', file), join(root, file));
    }
    await writeFile(join(root, 'path', 'package.json'), '{"type":"commonjs"}');
    for (const file of ['npm-cli.cjs', 'path/npm']) {
      await writeFile(join(root, file), fakeNpm);
      await chmod(join(root, file), 0o755);
    }
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function install(environment: NodeJS.ProcessEnv = {}, ...nodeOptions: string[]) {
    const child = spawn(process.execPath, [...nodeOptions, join(root, 'bench', 'install.mjs')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // As npm sets it for a script of package.json.
      env: { PATH: '', npm_node_execpath: process.execPath, npm_execpath: join(root, 'npm-cli.cjs'), ...environment },
    });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { exitCode: child.exitCode, stdout, sentences: stderr.trimEnd().split('\n') };
  }
  const calls = () => readFile(join(root, 'calls'), 'utf8').catch(() => '');

  /** What an earlier install left, that much older (-) or younger than package-lock.json. */
  async function installed(seconds: number, node?: string): Promise<void> {
    const modules = join(root, 'node_modules');
    await mkdir(join(modules, '.bin'), { recursive: true });
    await writeFile(join(modules, '.package-lock.json'), '{}');
    await utimes(join(root, 'package-lock.json'), 1_000_000, 1_000_000);
    await utimes(join(modules, '.package-lock.json'), 1_000_000 + seconds, 1_000_000 + seconds);
    if (node === undefined) await symlink(process.execPath, join(modules, '.bin', 'node'));
    else await writeFile(join(modules, '.bin', 'node'), `#!/bin/sh\n${node}\n`, { mode: 0o755 });
  }

  test('is done when there is none, and says so on stderr alone', async () => {
    const { exitCode, stdout, sentences } = await install();
    assert.equal(exitCode, 0, sentences.join('\n'));
    assert.equal(await calls(), `${npmCi}\n`);
    assert.equal(stdout, '', 'stdout belongs to the command that follows');
    assert.deepEqual(sentences, ['Installing what package-lock.json names (npm ci) ...', 'added 1 package']);
  });

  test('is done by the npm of the PATH when npm itself did not start it', async () => {
    const { exitCode } = await install({ PATH: join(root, 'path'), npm_execpath: undefined });
    assert.equal(exitCode, 0);
    assert.equal(await calls(), `${npmCi}\n`);
  });

  test('is done when package-lock.json is newer', async () => {
    await installed(-1);
    assert.equal((await install()).exitCode, 0);
    assert.equal(await calls(), `${npmCi}\n`);
  });

  test('is done when an earlier one broke off before its end', async () => {
    await mkdir(join(root, 'node_modules', 'ws'), { recursive: true });
    assert.equal((await install()).exitCode, 0);
    assert.equal(await calls(), `${npmCi}\n`);
  });

  test('is not done, and nothing said, when all is there', async () => {
    await installed(1);
    const { exitCode, stdout, sentences } = await install();
    assert.deepEqual([exitCode, stdout, sentences], [0, '', ['']]);
    assert.equal(await calls(), '');
  });

  test('that fails is told, with what to do', async () => {
    const { exitCode, sentences } = await install({ FAKE_NPM_FAILS: '1' });
    assert.equal(exitCode, 1);
    assert.equal(sentences.at(-1), 'npm ci failed (see above): fix what it names and run the command again.');
  });

  test('is refused where there is no npm at all', async () => {
    const { exitCode, sentences } = await install({ npm_execpath: undefined });
    assert.equal(exitCode, 1);
    assert.match(sentences.at(-1) ?? '', /^npm ci failed/);
  });

  const brokenNodes: [title: string, node: string, sentence: RegExp][] = [
    [
      'lacks a library',
      'echo "node: error while loading shared libraries: libatomic.so.1: no such file" >&2; exit 127',
      /^the pinned Node v26\.\d+\.\d+ does not run here \(node: error .*\): install libatomic .*apt install libatomic1\)\.$/,
    ],
    ['crashes', 'exit 139', /^the pinned Node v.* does not run here \(it does not start\): it needs Linux with glibc/],
    [
      'is another version',
      'echo v20.1.0',
      /^the pinned Node v26.* does not run here \(v20\.1\.0\): .*delete node_modules/,
    ],
  ];
  for (const [title, node, sentence] of brokenNodes) {
    test(`is refused when the Node that it brought ${title}`, async () => {
      await installed(1, node);
      const { exitCode, sentences } = await install();
      assert.equal(exitCode, 1);
      assert.equal(sentences.length, 1);
      assert.match(sentences[0] ?? '', sentence);
    });
  }

  test('links Node where an older npm has not, now or when it was called by hand', async () => {
    const npm10 = { FAKE_NPM_LINKS: 'rebuild' };
    assert.equal((await install(npm10)).exitCode, 0);
    assert.equal(await calls(), `${npmCi}\n${npmRebuild}\n`);
    await rm(join(root, 'node_modules', '.bin', 'node'));
    assert.equal((await install(npm10)).exitCode, 0);
    assert.equal(await calls(), `${npmCi}\n${npmRebuild}\n${npmRebuild}\n`);
  });

  test('is refused when it brought no Node', async () => {
    const { exitCode, sentences } = await install({ FAKE_NPM_LINKS: 'nothing' });
    assert.equal(exitCode, 1);
    assert.match(sentences.at(-1) ?? '', /^the pinned Node .* \(it does not start\): .*$/);
  });

  const platforms: [platform: string, arch: string, sentence: RegExp][] = [
    [
      'win32',
      'x64',
      /^this suite pins Node v26.* for linux-x64, linux-arm64, darwin-arm64 only, not for win32-x64: run it on one of those\.$/,
    ],
    ['linux', 'arm', /only, not for linux-arm: install a 64-bit system .*64-bit Raspberry Pi OS\)\.$/],
    ['linux', 'riscv64', /not for linux-riscv64/],
  ];
  for (const [platform, arch, sentence] of platforms) {
    test(`is refused on ${platform}-${arch}, before anything is done`, async () => {
      const disguise = `Object.defineProperties(process, { platform: { value: '${platform}' }, arch: { value: '${arch}' } })`;
      const { exitCode, sentences } = await install(
        {},
        '--import',
        `data:text/javascript,${encodeURIComponent(disguise)}`,
      );
      assert.equal(exitCode, 1);
      assert.equal(sentences.length, 1);
      assert.match(sentences[0] ?? '', sentence);
      assert.equal(await calls(), '');
    });
  }
});
