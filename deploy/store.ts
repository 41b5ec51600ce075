import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BenchError } from '../bench/errors.ts';
import type { Connection } from './connection.ts';
import type { Manifest, ReleaseFile } from './manifest.ts';
import { runProgram, startProgram } from './program.ts';
import { scriptLine } from './shell.ts';

/**
 * Says which of the objects named on its stdin are not there. One of another size was cut off when power went. What a
 * deploy or a build left that was ended by force goes after an hour: until then it may be going on.
 */
const missingScript = `
umask 077
mkdir -p "$1/objects" "$1/releases" "$1/spools" || exit 1
find "$1" -maxdepth 1 \\( -name "incoming.*" -o -name "build.*" \\) -mmin +60 -exec rm -rf {} + || exit 1
while read -r hash bytes; do
  file="$1/objects/$hash"
  [ -f "$file" ] && [ "$(wc -c < "$file")" -eq "$bytes" ] || echo "$hash"
done`;

/** Takes objects as a tar on its stdin. Each becomes one only when it is what its name says, and on the disk. */
const receiveScript = `
umask 077
new=$(mktemp -d "$1/incoming.XXXXXXXXXX") || exit 1
trap 'rm -rf "$new"' EXIT
trap "exit 1" HUP INT TERM
tar -C "$new" --no-same-permissions -xmof - || exit 1
for file in "$new"/*; do
  [ -f "$file" ] || { echo "nothing arrived" >&2; exit 1; }
  hash=$(sha256sum < "$file" | cut -d " " -f 1)
  [ "$hash" = "\${file##*/}" ] || { echo "\${file##*/} arrived damaged" >&2; exit 1; }
done
sync
mv -- "$new"/* "$1/objects/"`;

/**
 * Makes a release of objects that are there, under its name, and the current one, each in one step; $3 is how many files
 * its stdin lists. One that is there gets only what is not its object: another has taken the place of one cut off. Keeps
 * two others, the last to be current, and no object that none of them has. A file of it is a second name of its object,
 * and takes no room.
 */
const releaseScript = `
umask 077
cd "$1" || exit 1
new=$(mktemp -d incoming.XXXXXXXXXX) || exit 1
trap 'rm -rf "$new"' EXIT
trap "exit 1" HUP INT TERM
folder=$new
[ -d "releases/$2" ] && folder="releases/$2"
while read -r hash mode path; do
  mkdir -p "$folder/$(dirname "$path")" && chmod "$mode" "objects/$hash" || exit 1
  [ "objects/$hash" -ef "$folder/$path" ] || ln -f "objects/$hash" "$folder/$path" || exit 1
done
# A connection that breaks off ends the list like any other end.
[ "$(find "$folder" -type f | wc -l)" -eq "$3" ] || { echo "the list of its files broke off" >&2; exit 1; }
[ -d "releases/$2" ] || mv -T "$new" "releases/$2" || exit 1
touch "releases/$2"
mkdir -p "$new" && ln -s "releases/$2" "$new/current" && mv -T "$new/current" current || exit 1
# Whatever the clock says: one that was set back makes the newest the oldest.
ls -1t releases | grep -vxF "$2" | tail -n +3 | while read -r old; do rm -rf "releases/$old"; done
find objects -type f -links 1 -exec rm -f {} +`;

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
