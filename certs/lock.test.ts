import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ensureCertificates } from './issue.ts';
import { withLock } from './lock.ts';

const several = [1, 2, 3, 4, 5, 6];

describe('the lock of a folder', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  /** As a process left it that has been killed, or that is at work. */
  async function leaveLock(ageMilliseconds: number): Promise<string> {
    const lock = join(directory, '.lock');
    await mkdir(join(lock, 'somebody'), { recursive: true });
    const then = new Date(Date.now() - ageMilliseconds);
    await utimes(lock, then, then);
    return lock;
  }

  async function most(runs: number): Promise<number> {
    let inside = 0;
    let mostInside = 0;
    const run = async () => {
      inside += 1;
      mostInside = Math.max(mostInside, inside);
      await setTimeout(5);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: runs }, () => withLock(directory, run)));
    return mostInside;
  }

  test('lets one in at a time, and is gone afterwards', async () => {
    assert.equal(await most(20), 1);
    assert.deepEqual(await readdir(directory), []);
  });

  test('is taken over from a crashed process by one of all who wait', async () => {
    await leaveLock(11_000);
    assert.equal(await most(20), 1);
    assert.deepEqual(await readdir(directory), []);
  });

  test('is free when it is empty, as a release cut short leaves it', async () => {
    await mkdir(join(directory, '.lock'));
    assert.equal(await withLock(directory, async () => 'done'), 'done');
    assert.deepEqual(await readdir(directory), []);
  });

  test('is waited for while its process may be at work', async () => {
    const lock = await leaveLock(5_000);
    let entered = false;
    const waiting = withLock(directory, async () => {
      entered = true;
    });
    await setTimeout(200);
    assert.equal(entered, false);
    await rm(lock, { recursive: true });
    await waiting;
    assert.deepEqual(await readdir(directory), []);
  });

  test('is released by work that fails', async () => {
    await assert.rejects(
      withLock(directory, () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.deepEqual(await readdir(directory), []);
  });

  test('lets processes that start at once on an empty folder end with one set of certificates', async () => {
    const program = `
      import { readFile } from 'node:fs/promises';
      import { ensureCertificates } from ${JSON.stringify(new URL('./issue.ts', import.meta.url).href)};
      const files = await ensureCertificates(process.argv[1], [process.argv[2]]);
      process.stdout.write(await readFile(files.ca, 'utf8'));
    `;
    const folder = join(directory, 'certs');
    const seen = await Promise.all(
      several.map((number) =>
        promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, folder, `host-${number}.local`]),
      ),
    );
    const ca = await readFile(join(folder, 'ca.pem'), 'utf8');
    for (const { stdout } of seen) assert.equal(stdout, ca, 'nobody was told of another CA');
    await assertOneSet(folder);
  });

  test('lets calls at once within a process end with one set of certificates', async () => {
    await leaveLock(11_000);
    await Promise.all(several.map((number) => ensureCertificates(directory, [`host-${number}.local`])));
    await assertOneSet(directory);
  });
});

async function assertOneSet(folder: string): Promise<void> {
  assert.deepEqual((await readdir(folder)).sort(), ['ca-key.pem', 'ca.pem', 'server-key.pem', 'server.pem']);
  const read = (name: string) => readFile(join(folder, name));
  const ca = new X509Certificate(await read('ca.pem'));
  const server = new X509Certificate(await read('server.pem'));
  assert.ok(ca.checkPrivateKey(createPrivateKey(await read('ca-key.pem'))));
  assert.ok(server.checkPrivateKey(createPrivateKey(await read('server-key.pem'))));
  assert.ok(server.verify(ca.publicKey));
  for (const number of several) assert.ok(server.checkHost(`host-${number}.local`), `host ${number}`);
}
