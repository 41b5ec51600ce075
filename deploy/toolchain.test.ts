import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { build, measureBundle } from '../bench/build/build.ts';
import { builtLineSchema } from '../bench/build/built-line.ts';
import { Interrupted } from '../bench/errors.ts';
import { contenderServers } from '../bench/plan/servers.ts';
import { until } from '../bench/testing/processes.ts';
import { type Architecture, projectRoot } from './locked-packages.ts';
import { processesWith } from './testing/processes.ts';
import { buildProgram, packToolchain } from './toolchain.ts';

const { signal } = new AbortController();
const here: Architecture = process.arch === 'arm64' ? 'arm64' : 'x64';
/** e_machine in the ELF header: EM_X86_64 and EM_AARCH64. */
const elfMachines = { x64: 62, arm64: 183 };

describe('the tools to build servers on another machine', {
  skip: process.platform !== 'linux',
}, () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-tools-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function unpacked(architecture: Architecture): Promise<string> {
    const there = await mkdtemp(join(folder, `${architecture}-`));
    await packToolchain(architecture, `${there}.tar`, signal);
    execFileSync('tar', ['-C', there, '-xf', `${there}.tar`]);
    return there;
  }

  /** Starts the build program; its stdin stays open until the caller ends it. */
  function start(there: string, ...contenders: string[]) {
    const child = spawn(process.execPath, [join(there, buildProgram), ...contenders], {
      stdio: ['pipe', 'pipe', 'inherit'],
      // Runs outside the project, so that it only finds what is packed.
      cwd: tmpdir(),
      env: {},
    });
    const ended = (async () => {
      const [stdout] = await Promise.all([text(child.stdout), once(child, 'close')]);
      const lines = stdout.trim().split('\n');
      return { status: child.exitCode, lines: lines.map((line) => builtLineSchema.parse(JSON.parse(line))) };
    })();
    return { child, ended };
  }

  test('build the same bytes there as here', async () => {
    const servers = contenderServers();
    const { status, lines } = await start(await unpacked(here), ...servers.map(({ name }) => name)).ended;
    assert.equal(status, 0, JSON.stringify(lines));
    await mkdir(join(projectRoot, '.build'), { recursive: true });
    // A folder below the project, where the compiler finds its types.
    const local = await mkdtemp(join(projectRoot, '.build', 'toolchain-test-'));
    try {
      for (const [index, server] of servers.entries()) {
        await build(server, local, signal);
        const files = (await readdir(local)).filter((name) => name.endsWith('.js'));
        const contents = await Promise.all(files.map((name) => readFile(join(local, name))));
        const line = lines[index];
        assert.partialDeepStrictEqual(line, {
          type: 'built',
          server: server.name,
          ...(await measureBundle(server, local)),
        });
        assert.ok(line?.type === 'built' && line.typeCheckMilliseconds > 0 && line.bundleMilliseconds > 0);
        assert.deepEqual(
          line.sha256,
          Object.fromEntries(contents.map((content, file) => [files[file], hash('sha256', content)])),
        );
      }
    } finally {
      await rm(local, { recursive: true, force: true });
    }
    assert.equal(lines.length, servers.length);
  });

  test('are packed into the same bytes under any umask, without tests and temporary files', async () => {
    const place = await mkdtemp(join(folder, 'twice-'));
    await packToolchain(here, join(place, 'one.tar'), signal);
    const umask = process.umask(0o077);
    try {
      await packToolchain(here, join(place, 'other.tar'), signal);
    } finally {
      process.umask(umask);
    }
    const [one, other] = await Promise.all(['one.tar', 'other.tar'].map((name) => readFile(join(place, name))));
    assert.ok(one !== undefined && other !== undefined && one.equals(other));
    assert.deepEqual((await readdir(place)).toSorted(), ['one.tar', 'other.tar']);
    // The project's folder is not in them.
    assert.ok(!one.includes(projectRoot.slice(1)));
    const names = execFileSync('tar', ['-tf', join(place, 'one.tar')], { encoding: 'utf8' }).split('\n');
    const ours = names.filter((name) => !name.startsWith('./node_modules'));
    assert.deepEqual(
      ours.filter((name) => /test|conformance|agent\//.test(name)),
      [],
    );
  });

  for (const architecture of ['arm64', 'x64'] as const) {
    test(`have the compilers of ${architecture}`, async () => {
      const there = join(await unpacked(architecture), 'node_modules');
      assert.deepEqual(await readdir(join(there, '@typescript')), [`typescript-linux-${architecture}`]);
      assert.deepEqual(await readdir(join(there, '@esbuild')), [`linux-${architecture}`]);
      const programs = [
        join(there, '@typescript', `typescript-linux-${architecture}`, 'lib', 'tsc'),
        join(there, '@esbuild', `linux-${architecture}`, 'bin', 'esbuild'),
      ];
      for (const program of programs) {
        await using file = await open(program);
        const { buffer } = await file.read({ buffer: Buffer.alloc(20) });
        assert.equal(buffer.readUInt16LE(18), elfMachines[architecture], program);
        assert.ok(((await file.stat()).mode & 0o100) !== 0, program);
      }
    });
  }

  test('report what does not compile', async () => {
    const there = await unpacked(here);
    await appendFile(join(there, 'servers', 'models', 'async', 'main.ts'), "\nexport const wrong: number = 'text';\n");
    const { status, lines } = await start(there, 'async', 'blocking').ended;
    assert.equal(status, 1);
    assert.equal(lines.length, 1);
    assert.match(JSON.stringify(lines), /"failed".*servers\/models\/async\/main\.ts.*TS2322/);
  });

  test('refuse an unknown server, and name the known ones', async () => {
    const { status, lines } = await start(await unpacked(here), 'async', 'sync').ended;
    assert.equal(status, 1);
    assert.deepEqual(lines, [
      { type: 'failed', message: 'there is no server "sync" here: name one of blocking, async, null' },
    ]);
  });

  test('end with the compiler when their stdin ends', async () => {
    const there = await unpacked(here);
    const compiler = join(there, 'node_modules', '@typescript', `typescript-linux-${here}`, 'lib', 'tsc');
    await writeFile(compiler, `#!/bin/sh\n: > '${there}/begun'\nexec sleep 1000.5\n`);
    const { child, ended } = start(there, 'async');
    await until('the compiler has begun', () => existsSync(join(there, 'begun')));
    child.stdin.end();
    const { status, lines } = await ended;
    assert.equal(status, 1);
    assert.deepEqual(lines, [{ type: 'failed', message: 'its stdin ended before all was built' }]);
    await until('the compiler is gone', () => processesWith('sleep 1000.5').size === 0);
  });

  test('are not packed after an interruption, and leave no file', async () => {
    const place = await mkdtemp(join(folder, 'interrupted-'));
    const programs = await mkdtemp(join(folder, 'programs-'));
    // Replaces tar: writes half of the archive, whose name is the second last word, and waits.
    const half = 'for word; do file=$next next=$word; done; echo half > "$file"; exec sleep 1000.25';
    await writeFile(join(programs, 'tar'), `#!/bin/sh\n${half}\n`, { mode: 0o755 });
    const { PATH } = process.env;
    process.env.PATH = `${programs}:${PATH}`;
    try {
      const interrupt = new AbortController();
      const packed = packToolchain(here, join(place, 'tools.tar'), interrupt.signal);
      packed.catch(() => {});
      await until('tar has begun', () => readdirSync(place).length > 0);
      interrupt.abort();
      await assert.rejects(packed, Interrupted);
    } finally {
      process.env.PATH = PATH;
    }
    assert.deepEqual(await readdir(place), []);
    assert.equal(processesWith('sleep 1000.25').size, 0);
  });
});
