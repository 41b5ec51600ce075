import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BenchError } from '../bench/errors.ts';
import type { Connection } from './connection.ts';
import { adminFlagFile } from './facts.ts';
import type { Manifest, ReleaseFile } from './manifest.ts';
import { runProgram, startProgram } from './program.ts';
import type { RemoteMachine } from './remote-machine.ts';
import { readScript, scriptLine, shellLine } from './shell.ts';

const missingScript = readScript('missing');
const receiveScript = readScript('receive');
const releaseScript = readScript('release');
const removeScript = readScript('remove');

/** A file in the store, which says that the suite's own use of sudo made the admin flag file. */
const adminFlagNote = 'sudo-mark-is-ours';

export interface Shipped {
  /** The files that were missing on the machine. */
  files: ReleaseFile[];
  bytes: number;
}

/**
 * Ships the missing files of a release to the store, the folder `root` of the target, and makes it the current release.
 *
 * @throws BenchError PROCESS_FAILED when the release does not arrive complete. @throws Interrupted
 */
export async function shipManifest(
  connection: Connection,
  root: string,
  { id, files }: Manifest,
  signal: AbortSignal,
): Promise<Shipped> {
  const run = async (script: string, input: string, ...words: string[]) => {
    const command = connection.command(scriptLine(script, root, ...words));
    const { status, stdout, reason } = await runProgram(command, signal, input);
    if (status !== 0) throw notShipped(connection, reason);
    return stdout;
  };
  const needed = files.map(({ hash, bytes }) => `${hash} ${bytes}\n`).join('');
  const missing = new Set((await run(missingScript, needed)).split('\n').filter((line) => line !== ''));
  const shipped = files.filter(({ hash }) => missing.delete(hash));
  if (shipped.length > 0) await send(connection, root, shipped, signal);
  const list = files
    .map(({ hash, isExecutable, path }) => `${hash} ${isExecutable ? '700' : '600'} ${path}\n`)
    .join('');
  await run(releaseScript, list, id, String(files.length));
  return { files: shipped, bytes: shipped.reduce((sum, { bytes }) => sum + bytes, 0) };
}

async function send(connection: Connection, root: string, files: ReleaseFile[], signal: AbortSignal): Promise<void> {
  const staging = await mkdtemp(join(tmpdir(), 'pi-websocket-bench-'));
  try {
    for (const { hash, source } of files) await symlink(source, join(staging, hash));
    const tar = startProgram(['tar', '-C', staging, '-chf', '-', '.'], { signal });
    const untar = startProgram(connection.command(scriptLine(receiveScript, root)), { signal });
    tar.child.stdin.end();
    const [sent, received] = await Promise.all([
      tar.finished,
      untar.finished,
      // When one of both ends early, its exit status reports the failure.
      pipeline(tar.child.stdout, untar.child.stdin).catch(() => {}),
    ]);
    // The receiver's failure comes first, because without a receiver the sender only reports a broken pipe.
    for (const { status, reason } of [received, sent]) {
      if (status !== 0) throw notShipped(connection, reason);
    }
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/**
 * Notes before the suite's first use of sudo on the machine that no user has used it, so that `removeStore` also deletes
 * the admin flag file that sudo makes.
 *
 * @throws BenchError PROCESS_FAILED
 */
export async function noteAdminFlag({ connection, facts, layout }: RemoteMachine): Promise<void> {
  const isSudoUsed = facts.userId !== 0 && facts.hasSudo;
  if (facts.hasAdminFlag || !isSudoUsed) return;
  await connection.run(shellLine(['touch', `${layout.root}/${adminFlagNote}`]), {
    purpose: 'no file can be written',
  });
}

/** Deletes all files of the suite, and the admin flag file if the suite's use of sudo made it. @throws BenchError PROCESS_FAILED */
export async function removeStore({ connection, facts, layout }: RemoteMachine): Promise<void> {
  const line = scriptLine(removeScript, layout.root, `${facts.home}/${adminFlagFile}`, adminFlagNote);
  await connection.run(line, { purpose: "the suite's files cannot be removed" });
}

function notShipped({ target: { destination } }: Connection, reason: string): BenchError {
  // On a disk that fills up in the middle of a file, tar only reports how much it wrote.
  const remedy = /no space left|wrote only|quota exceeded/i.test(reason)
    ? `make room there, or remove the suite's files with "npm run deploy -- ${destination} --clean"`
    : 'try again';
  return new BenchError(
    'PROCESS_FAILED',
    `the release did not arrive complete on ${destination} (${reason}): ${remedy}`,
  );
}
