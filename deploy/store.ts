import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BenchError } from '../bench/errors.ts';
import type { Connection } from './connection.ts';
import type { Manifest, ReleaseFile } from './manifest.ts';
import { runProgram, startProgram } from './program.ts';
import { readScript, scriptLine } from './shell.ts';

const missingScript = readScript('missing');
const receiveScript = readScript('receive');
const releaseScript = readScript('release');

export interface Shipped {
  /** What was not there yet. */
  files: ReleaseFile[];
  bytes: number;
}

/** Makes this the current release in the folder `root` of the target. Ships what is not there. @throws BenchError @throws Interrupted */
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
  const asked = files.map(({ hash, bytes }) => `${hash} ${bytes}\n`).join('');
  const missing = new Set((await run(missingScript, asked)).split('\n').filter((line) => line !== ''));
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
      // Where one of both ends early, its status tells.
      pipeline(tar.child.stdout, untar.child.stdin).catch(() => {}),
    ]);
    // The receiver first: without one the sender only has a broken pipe to tell of.
    for (const { status, reason } of [received, sent]) {
      if (status !== 0) throw notShipped(connection, reason);
    }
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function notShipped({ target: { destination } }: Connection, reason: string): BenchError {
  // Of a disk that becomes full within a file, tar says only how much it has written.
  const mend = /no space left|wrote only|quota exceeded/i.test(reason)
    ? `make room there, or remove what earlier runs left with "npm run deploy -- ${destination} --clean"`
    : 'try again';
  return new BenchError('PROCESS_FAILED', `the release did not arrive whole on ${destination} (${reason}): ${mend}`);
}
