import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type CertificateFiles, ensureCertificates } from './issue.ts';
import { addSet } from './sets.ts';

const several = [1, 2, 3, 4, 5, 6];
const issue = JSON.stringify(new URL('./issue.ts', import.meta.url).href);
/** Prints the paths of its certificates for the folder and the hosts that it is given. */
const program = `
  import { ensureCertificates } from ${issue};
  process.stdout.write(JSON.stringify(await ensureCertificates(process.argv[1], process.argv.slice(2))));
`;
/** Stops for ever before it renames, and says so. */
const stopped = `
  import promises from 'node:fs/promises';
  import { syncBuiltinESMExports } from 'node:module';
  promises.rename = () => { process.stdout.write('built'); return new Promise(() => setInterval(() => {}, 1000)); };
  syncBuiltinESMExports();
`;

describe('sets of certificates', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const words = (script: string, hosts: string[]) => ['--input-type=module', '-e', script, directory, ...hosts];
  async function inProcess(...hosts: string[]): Promise<CertificateFiles> {
    return JSON.parse((await promisify(execFile)(process.execPath, words(program, hosts))).stdout);
  }
  function start(stdout: 'ignore' | 'pipe', script: string, ...hosts: string[]): ChildProcess {
    return spawn(process.execPath, words(script, hosts), { stdio: ['ignore', stdout, 'inherit'] });
  }
  async function kill(child: ChildProcess): Promise<void> {
    const exited = once(child, 'exit');
    // False when it has ended by itself.
    if (child.kill('SIGKILL')) await exited;
  }

  test('are one where processes that start at once on an empty folder want the same', async () => {
    const seen = await Promise.all(several.map(() => inProcess('pi.local')));
    assert.deepEqual(await readdir(directory), ['1']);
    for (const files of seen) assert.deepEqual(files, seen[0]);
  });

  test('are of one CA where those processes want different hosts, and the newest covers them all', async () => {
    const seen = await Promise.all(several.map((number) => inProcess(`host-${number}.local`)));
    await assertAllCovered(seen);
  });

  test('are of one CA where calls within a process want different hosts', async () => {
    await assertAllCovered(
      await Promise.all(several.map((number) => ensureCertificates(directory, [`host-${number}.local`]))),
    );
  });

  test('are there whole or not at all: a process killed before the rename leaves a folder that the next removes', async (t) => {
    const child = start('pipe', `${stopped}${program}`);
    t.after(() => child.kill('SIGKILL'));
    if (child.stdout !== null) await once(child.stdout, 'data');
    const left = await readdir(directory);
    assert.equal(left.length, 1);
    assert.ok(left[0]?.startsWith(`.${child.pid}-`));
    const building = join(directory, left[0] ?? '');
    assert.equal((await stat(building)).mode & 0o777, 0o700);
    assert.equal((await readdir(building)).length, 4);
    await ensureCertificates(directory, []);
    assert.deepEqual((await readdir(directory)).sort(), [...left, '1'], 'a process at work is left alone');
    await kill(child);
    await ensureCertificates(directory, []);
    assert.deepEqual(await readdir(directory), ['1']);
  });

  test('are good after processes killed at any moment', async () => {
    for (const number of several) {
      const children = several.slice(0, 3).map((other) => start('ignore', program, `host-${number}-${other}.local`));
      await setTimeout(Math.random() * 1_000);
      await Promise.all(children.map(kill));
      const { ca, server } = await certificates(await ensureCertificates(directory, []));
      assert.ok(server.verify(ca.publicKey));
    }
    assert.deepEqual(
      (await readdir(directory)).filter((name) => name.startsWith('.')),
      [],
    );
  });

  test('never replace one another', async () => {
    const files = [{ name: 'a', text: 'first', mode: 0o600 }];
    assert.equal(await addSet(directory, 1, files), true);
    assert.equal(await addSet(directory, 1, [{ name: 'a', text: 'second', mode: 0o600 }]), false);
    assert.equal(await readFile(join(directory, '1', 'a'), 'utf8'), 'first');
    assert.deepEqual(await readdir(directory), ['1'], 'the loser leaves nothing');
  });

  test('come after a number whose folder is empty or not one of ours', async () => {
    await mkdir(join(directory, '7'));
    const files = await ensureCertificates(directory, []);
    assert.equal(files.ca, join(directory, '8', 'ca.pem'));
    assert.deepEqual(await readdir(directory), ['8']);
  });
});

async function assertAllCovered(seen: CertificateFiles[]): Promise<void> {
  const all = await Promise.all(seen.map(certificates));
  for (const [index, { ca, server }] of all.entries()) {
    assert.equal(ca.fingerprint256, all[0]?.ca.fingerprint256, 'each process was given the same CA');
    assert.ok(server.verify(ca.publicKey));
    assert.ok(server.checkHost(`host-${index + 1}.local`));
  }
  const newest = all.find(({ server }) => several.every((number) => server.checkHost(`host-${number}.local`)));
  assert.ok(newest !== undefined, 'one set covers them all');
}

async function certificates({ ca, certificate }: CertificateFiles) {
  const [caText, serverText] = await Promise.all([readFile(ca), readFile(certificate)]);
  return { ca: new X509Certificate(caText), server: new X509Certificate(serverText) };
}
