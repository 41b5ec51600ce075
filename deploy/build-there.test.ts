import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { until } from '../bench/testing/processes.ts';
import { remoteBuildCommand } from './build-there.ts';
import { Connection } from './connection.ts';
import { layoutIn, releasePaths } from './layout.ts';
import { runProgram } from './program.ts';
import { scriptLine } from './shell.ts';
import { shipManifest } from './store.ts';
import { noSshd, startSshd, type TestSshd } from './testing/sshd.ts';
import { buildProgram } from './toolchain.ts';

const { signal } = new AbortController();
/** Prints its arguments when it starts, and ends with its stdin. */
const program = 'console.log(process.argv.slice(2).join(" ")); process.stdin.resume();';

describe('a build on another machine', { skip: noSshd }, () => {
  let sshd: TestSshd;
  let connection: Connection;
  before(async () => {
    sshd = await startSshd();
    const target = { destination: 'target', sshConfig: sshd.config() };
    connection = await Connection.open(target, scriptLine('echo ready; cat > /dev/null'));
    await connection.linesUntil('ready', signal);
  });
  after(async () => {
    await connection.close();
    await sshd[Symbol.asyncDispose]();
  });

  /** Starts a build in a home whose name needs quotes, beside a folder with the beginning of that name. */
  async function start(name: string) {
    const layout = layoutIn(join(sshd.home, name, 'of a user'));
    const release = join(layout.releases, 'one');
    const packed = join(sshd.folder, name);
    mkdirSync(release, { recursive: true });
    mkdirSync(join(sshd.home, name, 'of'), { recursive: true });
    mkdirSync(join(packed, dirname(buildProgram)), { recursive: true });
    writeFileSync(join(packed, buildProgram), program);
    symlinkSync(process.execPath, join(release, releasePaths.node));
    // Packs like packToolchain, whose files are from 1970 so that the same toolchain gives the same release.
    const tar = ['tar', '--mtime=@0', '-C', packed, '-cf', join(release, releasePaths.toolchain), '.'] as const;
    assert.equal((await runProgram(tar)).status, 0);
    const [command, ...words] = remoteBuildCommand({ connection, layout }, release, ['async', 'blocking']);
    const child = spawn(command, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    const builds = () => readdirSync(layout.root).filter((file) => file.startsWith('build.'));
    return { child, line, layout, builds, others: () => readdirSync(join(sshd.home, name)) };
  }

  test('has its own folder until it ends, which a deploy leaves alone', async () => {
    const { child, line, layout, builds, others } = await start('ends');
    assert.equal(line, 'async blocking');
    assert.equal(builds().length, 1);
    await shipManifest(connection, layout.root, { id: 'empty', files: [] }, signal);
    assert.equal(builds().length, 1, 'it does not count as abandoned');
    child.stdin.end();
    await once(child, 'close');
    assert.deepEqual([builds(), child.exitCode], [[], 0]);
    assert.deepEqual(others(), ['of', 'of a user']);
  });

  test('leaves no file when it is killed', async () => {
    const { child, builds } = await start('killed');
    child.kill('SIGKILL');
    await until('its folder is gone', () => builds().length === 0);
  });
});
