import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { get } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { Interrupted } from '../../bench/errors.ts';
import { until } from '../../bench/testing/processes.ts';
import { lockMachine } from '../machine-lock.ts';
import { openHost } from '../remote-host.ts';
import { connectMachine } from '../remote-machine.ts';
import { commandOf, processesWith } from '../testing/processes.ts';
import { prepareRelease, type TestRelease } from '../testing/release.ts';
import { serverRequest } from '../testing/request.ts';
import { noSshd, startSshd, type TestSshd } from '../testing/sshd.ts';

const never = new AbortController().signal;

describe('a host that ssh reaches', { skip: noSshd }, () => {
  let sshd: TestSshd;
  let release: TestRelease;

  before(async () => {
    sshd = await startSshd();
    release = await prepareRelease();
  });
  after(async () => {
    await release[Symbol.asyncDispose]();
    await sshd[Symbol.asyncDispose]();
  });

  async function open(run: string, signal = never, settings?: Record<string, string>) {
    const machine = await connectMachine({ destination: 'target', sshConfig: sshd.config(settings) }, signal);
    try {
      const opened = await openHost(machine, '127.0.0.1', release.of(run, signal));
      return {
        ...opened,
        async [Symbol.asyncDispose]() {
          await opened.close();
          await machine[Symbol.asyncDispose]();
        },
      };
    } catch (error) {
      await machine[Symbol.asyncDispose]();
      throw error;
    }
  }

  const store = () => join(sshd.home, '.pi-websocket-bench');
  const spools = () => readdirSync(join(store(), 'spools'));
  const currentRelease = () => join(store(), 'current');

  /** Waits until ssh has no process here except the sshd itself, and no agent or server runs there. */
  async function nothingRuns(): Promise<void> {
    const own = () =>
      [...processesWith(sshd.folder).values()].filter((command) => !command.includes('sshd -D') && command !== '');
    await until('nothing runs', () => own().length === 0).catch((error: unknown) => {
      assert.fail(`${error}: ${own().join('\n')}`);
    });
  }

  test('runs servers, and leaves no process when it is closed', async () => {
    {
      await using opened = await open('first');
      const { host } = opened;
      assert.deepEqual([host.address, host.serverName, host.isSameMachine], ['127.0.0.1', '127.0.0.1', false]);
      assert.ok((await host.inspect()).limits.memoryTotalBytes > 0);
      const server = await host.startServer(serverRequest({ ports: 2 }));
      assert.equal(server.ready.ports.length, 2);
      const ca = await readFile(release.certificates.ca, 'utf8');
      for (const port of server.ready.ports) assert.equal(await healthStatus(port, ca), 200);
      assert.equal((await server.stop())?.exitCode, 0);
    }
    await nothingRuns();
    assert.deepEqual(spools(), []);
  });

  test('has files that no other user can read', async () => {
    await using _ = await open('private');
    assert.equal((await stat(store())).mode & 0o777, 0o700);
    assert.equal((await stat(join(currentRelease(), 'server-key.pem'))).mode & 0o777, 0o600);
    assert.equal((await stat(join(currentRelease(), 'node'))).mode & 0o777, 0o700);
  });

  test('gets each missing file once', async () => {
    await using other = await startSshd();
    const target = { destination: 'target', sshConfig: other.config() };
    await using machine = await connectMachine(target, never);
    const first = await openHost(machine, '127.0.0.1', release.of('one'));
    await first.close();
    const second = await openHost(machine, '127.0.0.1', release.of('two'));
    await second.close();
    assert.ok(first.shipped.files.some(({ path }) => path === 'node'));
    assert.deepEqual(second.shipped.files, []);
    assert.equal(second.shipped.id, first.shipped.id);
  });

  test('serves one run at a time, also while that run has no server', async () => {
    {
      await using _ = await open('holder');
      await assert.rejects(open('another'), {
        code: 'HOST_BUSY',
        message: 'another run is at work on target (holder): wait for its end',
      });
      // The same run comes again, as after a lost connection that the machine has not noticed yet.
      await using _again = await open('holder');
    }
    await using _ = await open('another');
  });

  test('is unlocked when the run is silent', async () => {
    await using machine = await connectMachine({ destination: 'target', sshConfig: sshd.config() }, never);
    await lockMachine(machine, 'silent', 1);
    await until('the file is gone', () => !existsSync(join(store(), 'claim')));
    await using _ = await open('another');
  });

  test('does not mistake another process for an agent', async () => {
    const folder = join(store(), 'spools', 'restarted');
    mkdirSync(folder);
    // After a restart of the machine, another process may have the id of an agent.
    writeFileSync(join(folder, 'memory-1-async.pid'), String(process.ppid));
    await (await open('another'))[Symbol.asyncDispose]();
    await (await open('restarted'))[Symbol.asyncDispose]();
    assert.notEqual(commandOf(process.ppid), '');
    assert.deepEqual(spools(), []);
  });

  test('continues without a connection, and keeps its samples for the resumed run', async () => {
    await using opened = await open('lost');
    const heard: unknown[] = [];
    const server = await opened.host.startServer(serverRequest({ onLine: (line) => heard.push(line) }));
    const { pid } = server.ready;
    const waits = server.next('line', 60_000, () => undefined);
    sshd.cut();
    await assert.rejects(waits, { code: 'PROCESS_FAILED' });
    await opened.remoteTarget?.probe();
    assert.equal(opened.remoteTarget?.lost.aborted, true);
    assert.equal(opened.remoteTarget?.lost.reason.code, 'CONNECTION_LOST');
    assert.match(opened.remoteTarget?.lost.reason.message, /^the connection to target broke off .*--resume/);
    assert.equal(await server.stop(), undefined);
    const spool = join(store(), 'spools', 'lost', 'memory-1-async.jsonl');
    const linesThere = () => readFileSync(spool, 'utf8').split('\n').length - 1;
    await until('the agent goes on', () => linesThere() > heard.length);
    assert.notEqual(commandOf(pid), '', 'the server runs');

    await assert.rejects(open('another'), { code: 'HOST_BUSY', message: /a server of another run still runs/ });
    await using again = await open('lost');
    assert.equal(commandOf(pid), '', 'the earlier server has ended');
    const lines = (await again.remoteTarget?.spooled())?.get('memory-1-async') ?? [];
    assert.deepEqual(lines.slice(0, heard.length), heard);
    assert.equal(lines.at(-1)?.type, 'end');
    assert.deepEqual(
      await again.remoteTarget?.spooled(),
      new Map([['memory-1-async', lines]]),
      'it can be fetched again until it is deleted',
    );
    await again.remoteTarget?.deleteSpooled();
    assert.deepEqual(spools(), []);
    assert.deepEqual(await again.remoteTarget?.spooled(), new Map());
  });

  test('keeps its server for a while when the harness is killed, and its samples for longer', async () => {
    const { certificates, bundleDirectory } = release;
    const words = [sshd.config(), bundleDirectory, certificates.certificate, certificates.key, 'killed'];
    const harness = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, '..', 'testing', 'hold.ts'), ...words],
      // Temporary files of the killed harness are removed with the test's folder.
      { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, TMPDIR: sshd.folder } },
    );
    const [line] = await once(createInterface({ input: harness.stdout }), 'line');
    harness.kill('SIGKILL');
    await once(harness, 'close');
    assert.notEqual(commandOf(Number(line)), '');
    await using again = await open('killed');
    assert.equal(commandOf(Number(line)), '');
    assert.equal((await again.remoteTarget?.spooled())?.get('memory-1-async')?.at(-1)?.type, 'end');
    await again.remoteTarget?.deleteSpooled();
  });

  test('has no process of a run that is interrupted', async () => {
    const interruption = new AbortController();
    {
      await using opened = await open('interrupted', interruption.signal);
      const server = await opened.host.startServer(serverRequest());
      interruption.abort();
      await server.stop();
    }
    await nothingRuns();
    assert.deepEqual(spools(), []);
  });

  test('has no release of a run that is interrupted during the deploy', async () => {
    await using slow = await startSshd({ programs: { tar: 'cat > /dev/null; exec sleep 60' } });
    const interruption = new AbortController();
    const target = { destination: 'target', sshConfig: slow.config() };
    await using machine = await connectMachine(target, interruption.signal);
    const opened = openHost(machine, '127.0.0.1', release.of('opening', interruption.signal));
    const folder = join(slow.home, '.pi-websocket-bench');
    const incoming = () => existsSync(folder) && readdirSync(folder).some((name) => name.startsWith('incoming.'));
    const refused = assert.rejects(opened, Interrupted);
    await until('files arrive', incoming);
    interruption.abort();
    await refused;
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('current')),
      [],
    );
  });

  const refusals: [title: string, settings: () => Record<string, string>, message: RegExp][] = [
    [
      'accepts no key of the user',
      () => ({ IdentityFile: join(sshd.folder, 'other_key') }),
      /accepts none of your ssh keys/,
    ],
    ['has an unknown host key', () => ({ UserKnownHostsFile: '/dev/null' }), /the host key of target is not known/],
    ['shows another host key', () => ({ UserKnownHostsFile: join(sshd.folder, 'wrong_hosts') }), /another host key/],
    ['does not listen', () => ({ Port: '1' }), /no ssh connection to target: .*Connection refused/],
  ];
  for (const [title, settings, message] of refusals) {
    test(`that ${title} is refused in a sentence, and leaves no process`, async () => {
      await assert.rejects(open('refused', never, settings()), { code: 'PROCESS_FAILED', message });
      await nothingRuns();
    });
  }

  /** Replacements of the target's programs that imitate an unfit machine. */
  const lacks: [title: string, programs: Record<string, string>, message: RegExp][] = [
    [
      'has another architecture',
      { uname: 'case $1 in -m) echo riscv64;; *) $real "$@";; esac' },
      /^target runs Linux on riscv64/,
    ],
    ['has another C library', { getconf: 'case $1 in GNU*) exit 1;; *) $real "$@";; esac' }, /glibc/],
    ['has a full disk', { df: 'echo header; echo "/dev/root 100 90 10 90% /"' }, /free/],
  ];
  for (const [title, programs, message] of lacks) {
    test(`that ${title} is refused in a sentence, and gets no files`, async () => {
      await using other = await startSshd({ programs });
      const target = { destination: 'target', sshConfig: other.config() };
      await assert.rejects(connectMachine(target, never), { code: 'PLATFORM', message });
      assert.deepEqual(readdirSync(other.home), []);
    });
  }

  test('without root and sudo runs servers, with notes on what is missing', async () => {
    const programs = { id: 'case $1 in -u) echo 1000;; *) $real "$@";; esac', sudo: 'exit 1' };
    await using other = await startSshd({ programs });
    await using machine = await connectMachine({ destination: 'target', sshConfig: other.config() }, never);
    const { host, remoteTarget, close } = await openHost(machine, '127.0.0.1', release.of('plain'));
    assert.match(remoteTarget?.notes.join('\n') ?? '', /sudo/);
    const server = await host.startServer(serverRequest());
    assert.equal((await server.stop())?.exitCode, 0);
    const { raised, warnings } = await host.tune([{ setting: 'net.core.somaxconn', value: '4096' }]);
    assert.deepEqual(raised, []);
    assert.match(warnings.join(), /log in as root there, or allow sudo without a password/);
    await close();
  });
});

function healthStatus(port: number, ca: string): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  get({ host: '127.0.0.1', port, path: '/healthz', ca, agent: false }, (answer) => {
    answer.resume().once('end', () => resolve(answer.statusCode));
  }).once('error', reject);
  return promise;
}
