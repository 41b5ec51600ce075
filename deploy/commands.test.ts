import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type BuildRelease, cleanFrom, type DeployOptions, deployTo, restoreOn, statusOf } from './commands.ts';
import { openHost } from './remote-host.ts';
import { connectMachine } from './remote-machine.ts';
import { commandOf } from './testing/processes.ts';
import { prepareRelease, type TestRelease } from './testing/release.ts';
import { serverRequest } from './testing/request.ts';
import { noSshd, startSshd, type TestSshd } from './testing/sshd.ts';

const { signal } = new AbortController();
const nothingThere = 'Nothing of the suite is there.';
const nothingLeft = 'Nothing of the suite is left on target.';

describe('another machine', { skip: noSshd }, () => {
  let sshd: TestSshd;
  let release: TestRelease;
  let phases: string[];
  let disposed: number;

  before(async () => {
    sshd = await startSshd();
    // The login prints a greeting, and its shell fails on a pattern without a match, as zsh does.
    writeFileSync(join(sshd.home, '.bashrc'), 'echo Welcome\nshopt -s failglob\n');
    release = await prepareRelease();
  });
  after(async () => {
    await release[Symbol.asyncDispose]();
    await sshd[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    phases = [];
    disposed = 0;
  });

  const options = (sshConfig = sshd.config(), destination = 'target'): DeployOptions => ({
    ...{ destination, sshConfig, signal },
    phase: (what) => void phases.push(what),
  });
  const build: BuildRelease = async (certificateHosts) => {
    assert.deepEqual(certificateHosts, ['127.0.0.1']);
    const count = async () => {
      disposed += 1;
    };
    return { ...release.of('deploy'), [Symbol.asyncDispose]: count };
  };
  const statusLines = async (...asked: Parameters<typeof options>) => (await statusOf(options(...asked))).split('\n');
  const inHome = () => readdirSync(sshd.home).filter((name) => name !== '.bashrc');

  test('has no files before the first deploy, and nothing to put back or to remove', async () => {
    assert.deepEqual((await statusLines()).slice(0, 2), [nothingThere, 'No server runs.']);
    assert.equal(await restoreOn(options()), 'Every setting is as it was before a run raised it.');
    assert.equal(await cleanFrom(options()), nothingLeft);
    assert.deepEqual(inHome(), []);
  });

  test('gets the missing files and describes itself; the second deploy ships no file', async () => {
    const first = await deployTo(options(), build);
    assert.match(first, /^target: .*, \d+ cores, [\d.]+ GB, \w+; .*, Linux .*\.$/m);
    assert.match(first, /^Release [\da-f]{16}: \d+ files shipped, \d+\.\d MB\.$/m);
    assert.match(first, /^Servers run as .* \d+ descriptors each\.$/m);
    assert.deepEqual(phases, ['connecting to target', 'building the servers', 'shipping the missing files']);
    assert.match(await deployTo(options(), build), /^Release [\da-f]{16}: no file was missing\.$/m);
    assert.equal(disposed, 2);

    const [kept, size, agents] = await statusLines();
    assert.equal(kept, `Release: ${/^Release (\w+):/m.exec(first)?.[1]}, of 1 kept.`);
    assert.match(size ?? '', /^On the disk: \d+ KiB in .*\.pi-websocket-bench\.$/);
    assert.equal(agents, 'No server runs.');
    assert.deepEqual(readdirSync(join(sshd.home, '.pi-websocket-bench', 'spools')), []);
    assert.equal(await restoreOn(options()), 'Every setting is as it was before a run raised it.');
  });

  test('reports a run that lost its connection, and is cleaned of all files and processes', async () => {
    await using machine = await connectMachine({ destination: 'target', sshConfig: sshd.config() }, signal);
    const { host } = await openHost(machine, '127.0.0.1', release.of('lost'));
    const server = await host.startServer(serverRequest());
    sshd.cut();
    await server.stop();
    assert.notEqual(commandOf(server.ready.pid), '');
    const [, , samples, agents] = await statusLines();
    assert.match(samples ?? '', /^Samples not fetched yet: run lost, \d+ lines\.$/);
    assert.equal(agents, 'Running: lost/memory-1-async.');
    await assert.rejects(deployTo(options(), build), { code: 'HOST_BUSY', message: /\(lost\/memory-1-async\): wait/ });
    assert.equal(disposed, 1);

    assert.equal(await cleanFrom(options()), nothingLeft);
    assert.equal(commandOf(server.ready.pid), '');
    assert.deepEqual(inHome(), []);
    assert.equal(await cleanFrom(options()), nothingLeft);
    assert.equal((await statusLines())[0], nothingThere);
  });

  test('can be cleaned when its disk is full', async () => {
    await using full = await startSshd({ programs: { df: 'echo header; echo "/dev/root 100 100 0 100% /"' } });
    mkdirSync(join(full.home, '.pi-websocket-bench', 'objects'), { recursive: true });
    await assert.rejects(deployTo(options(full.config()), build), { code: 'PLATFORM', message: /0 MB free/ });
    const notes = (await statusLines(full.config())).join('\n');
    assert.match(notes, /^Note: target has 0 MB free .*: make room there\.$/m);
    assert.equal(await cleanFrom(options(full.config())), nothingLeft);
    assert.ok(!existsSync(join(full.home, '.pi-websocket-bench')));
  });

  const actions = { statusOf, cleanFrom, restoreOn, deployTo: (to: DeployOptions) => deployTo(to, build) };
  for (const [name, action] of Object.entries(actions)) {
    test(`that cannot be reached is reported in a sentence by ${name}`, async () => {
      await assert.rejects(action(options(sshd.config({ Port: '1' }))), {
        code: 'PROCESS_FAILED',
        message: /^there is no ssh connection to target: .*Connection refused/,
      });
      await assert.rejects(action(options(undefined, '-oProxyCommand=true')), { code: 'BAD_OPTION' });
      assert.equal(disposed, 0);
    });
  }
});
