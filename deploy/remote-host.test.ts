import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { build, stop } from 'esbuild';
import { Interrupted } from '../bench/errors.ts';
import type { OpenedHost, Release } from '../bench/host/host.ts';
import { until } from '../bench/testing/processes.ts';
import { type CertificateFiles, ensureCertificates } from '../certs/issue.ts';
import { remoteHost } from './remote-host.ts';
import { commandOf, processesWith } from './testing/processes.ts';
import { serverRequest } from './testing/request.ts';
import { noSshd, startSshd, type TestSshd } from './testing/sshd.ts';

const root = join(import.meta.dirname, '..');

describe('a host that ssh reaches', { skip: noSshd, timeout: 100_000 }, () => {
  let sshd: TestSshd;
  let certificates: CertificateFiles;
  let bundleDirectory: string;

  before(async () => {
    sshd = await startSshd();
    certificates = await ensureCertificates(sshd.folder, []);
    bundleDirectory = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-bundles-'));
    const entryPoints = [join(root, 'servers', 'async.ts')];
    const outfile = join(bundleDirectory, 'async', 'server.js');
    const define = { 'import.meta.filename': '__filename', 'import.meta.dirname': '__dirname' };
    await build({ entryPoints, outfile, define, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
    await stop();
    await writeFile(join(dirname(outfile), 'package.json'), '{"type":"commonjs"}\n');
  });
  after(async () => {
    await rm(bundleDirectory, { recursive: true, force: true });
    await sshd[Symbol.asyncDispose]();
  });

  function release(signal = new AbortController().signal): Release {
    return { bundleDirectory, ...certificates, signal };
  }

  async function open(settings?: Record<string, string>, signal?: AbortSignal): Promise<OpenedHost> {
    const opener = await remoteHost({ destination: 'target', sshConfig: sshd.config(settings) });
    return opener.open(release(signal));
  }

  /** Nothing of ssh but the sshd itself, and no folder that the test did not see before. */
  async function nothingLeft(pids: number[], folders: string[], from = sshd): Promise<void> {
    const own = () => [...processesWith(from.folder).values()].filter((command) => !command.includes('sshd -D'));
    await until('no ssh process', () => own().length === 0, 15_000);
    for (const pid of pids) await until(`no process ${pid}`, () => commandOf(pid) === '');
    for (const folder of folders) await until(`no ${folder}`, () => !existsSync(folder));
  }

  test('runs servers, and keeps nothing when it is closed', async () => {
    const { host, close } = await open();
    assert.deepEqual([host.address, host.serverName, host.isSameMachine], ['127.0.0.1', '127.0.0.1', false]);
    assert.ok((await host.inspect()).limits.memoryTotalBytes > 0);
    const server = await host.startServer(serverRequest({ ports: 2 }));
    const { pid, ports } = server.ready;
    assert.equal(ports.length, 2);
    const folder = remoteFolderOf(pid);
    assert.equal((await stat(folder)).mode & 0o777, 0o700);
    assert.equal((await stat(join(folder, 'server-key.pem'))).mode & 0o777, 0o600);
    const ca = await readFile(certificates.ca, 'utf8');
    for (const port of ports) assert.equal(await healthStatus(port, ca), 200);
    const end = await server.stop();
    assert.equal(end?.exitCode, 0);
    await close();
    assert.equal(existsSync(folder), false);
    await nothingLeft([pid], [folder]);
  });

  test('is left by the server, the agent and all files when the connection is lost', async () => {
    const { host, close } = await open();
    const server = await host.startServer(serverRequest());
    const { pid } = server.ready;
    const folder = remoteFolderOf(pid);
    const lost = server.next('line', 60_000, () => undefined);
    sshd.cut();
    await assert.rejects(lost, { code: 'PROCESS_FAILED' });
    await nothingLeft([pid], [folder]);
    assert.equal(await server.stop(), undefined);
    await close();
  });

  test('is left by all when the harness is killed', async () => {
    const words = [sshd.config(), bundleDirectory, certificates.certificate, certificates.key];
    const harness = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'testing', 'hold.ts'), ...words],
      // What it cannot take away itself here goes with the test's folder.
      { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, TMPDIR: sshd.folder } },
    );
    const [line] = await once(createInterface({ input: harness.stdout }), 'line');
    const pid = Number(line);
    const folder = remoteFolderOf(pid);
    harness.kill('SIGKILL');
    await nothingLeft([pid], [folder]);
  });

  test('is left by all when the run is interrupted', async () => {
    const interruption = new AbortController();
    const { host, close } = await open(undefined, interruption.signal);
    const server = await host.startServer(serverRequest());
    const folder = remoteFolderOf(server.ready.pid);
    interruption.abort();
    await server.stop();
    await close();
    await nothingLeft([server.ready.pid], [folder]);
  });

  test('is left by all when the run is interrupted while it is being opened', async () => {
    const interruption = new AbortController();
    const before = remoteFolders();
    const opened = open(undefined, interruption.signal);
    const rejected = assert.rejects(opened, Interrupted);
    await until('a folder', () => remoteFolders().some((folder) => !before.includes(folder)), 20_000);
    interruption.abort();
    await rejected;
    await nothingLeft(
      [],
      remoteFolders().filter((folder) => !before.includes(folder)),
    );
  });

  test('is freed of a folder that was left behind, and of no other', async () => {
    const folder = (name: string) => `/var/tmp/pi-websocket-bench.${name}${process.pid}`;
    const folders = [folder('left'), folder('used'), folder('young')];
    try {
      for (const path of folders) await mkdir(path);
      await writeFile(join(folder('used'), 'holder'), String(process.pid));
      for (const name of ['left', 'used']) await utimes(folder(name), 1_700_000_000, 1_700_000_000);
      await (await open()).close();
      assert.deepEqual(
        folders.map((path) => existsSync(path)),
        [false, true, true],
      );
    } finally {
      for (const path of folders) await rm(path, { recursive: true, force: true });
    }
  });

  const refusals: [title: string, settings: () => Record<string, string>, message: RegExp][] = [
    ['takes no key of ours', () => ({ IdentityFile: join(sshd.folder, 'other_key') }), /takes none of your ssh keys/],
    ['is not known', () => ({ UserKnownHostsFile: '/dev/null' }), /the host key of target is not known/],
    ['shows another key', () => ({ UserKnownHostsFile: join(sshd.folder, 'wrong_hosts') }), /another host key/],
    ['does not listen', () => ({ Port: '1' }), /no ssh connection to target: .*Connection refused/],
  ];
  for (const [title, settings, message] of refusals) {
    test(`that ${title} is refused in a sentence, and nothing stays`, async () => {
      await assert.rejects(open(settings()), { code: 'PROCESS_FAILED', message });
      await nothingLeft([], []);
    });
  }

  /** What a program of the target's prints in place of the real one; `$real` is that. */
  const lacks: [title: string, program: string, script: string, message: RegExp][] = [
    ['is of another kind', 'uname', 'echo Linux riscv64', /^target is Linux on riscv64, but/],
    [
      'lacks libatomic',
      'tar',
      `$real "$@" && printf '#!/bin/sh\necho libatomic.so.1: cannot open >&2; exit 127' > "$2/node"`,
      /run "sudo apt-get install libatomic1" there$/,
    ],
  ];
  for (const [title, program, script, message] of lacks) {
    test(`that ${title} is refused in a sentence, and nothing stays`, async () => {
      const programs = await mkdtemp(join(sshd.folder, 'programs-'));
      await writeFile(join(programs, program), `#!/bin/sh\nreal=/usr/bin/${program}\n${script}\n`, { mode: 0o755 });
      await using other = await startSshd(programs);
      const opener = await remoteHost({ destination: 'target', sshConfig: other.config() });
      const before = remoteFolders();
      await assert.rejects(opener.open(release()), { code: 'PLATFORM', message });
      await nothingLeft([], [], other);
      assert.deepEqual(remoteFolders(), before);
    });
  }
});

/** The test's target is this machine. */
function remoteFolderOf(pid: number): string {
  const folder = /\/var\/tmp\/pi-websocket-bench\.\w+/.exec(commandOf(pid))?.[0];
  assert.ok(folder, commandOf(pid));
  return folder;
}

function remoteFolders(): string[] {
  return readdirSync('/var/tmp').filter((name) => name.startsWith('pi-websocket-bench.'));
}

function healthStatus(port: number, ca: string): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  get({ host: '127.0.0.1', port, path: '/healthz', ca, agent: false }, (answer) => {
    answer.resume().once('end', () => resolve(answer.statusCode));
  }).once('error', reject);
  return promise;
}
