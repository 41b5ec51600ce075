import { BenchError } from '../bench/errors.ts';
import { Connection } from './connection.ts';
import type { Target } from './target.ts';

/**
 * Makes the folder, tells of it, and removes it when its stdin ends, or when the machine is shut down: whatever becomes
 * of the harness or the connection. Only where this script itself is lost (power, SIGKILL) the folder stays; the next
 * one clears it away, unless a script that may be its own still runs. Not in /tmp, which is often memory (Debian 13)
 * and would then be missing to the servers.
 *
 * Constants alone, and no single quote: it is quoted by them for whatever shell the user has there.
 */
const holder = `
umask 077
for old in /var/tmp/pi-websocket-bench.*; do
  [ -O "$old" ] && [ -n "$(find "$old" -maxdepth 0 -mmin +10)" ] && ! kill -0 "$(cat "$old/holder")" && rm -rf "$old"
done 2> /dev/null
dir=$(mktemp -d /var/tmp/pi-websocket-bench.XXXXXXXXXX) || exit 1
trap "rm -rf $dir" EXIT
trap "exit 1" HUP INT TERM
echo $$ > "$dir/holder" || exit 1
echo "pi-websocket-bench: $(uname -sm) $dir"
cat > /dev/null`;

const answer = /^pi-websocket-bench: (?<system>\S+) (?<machine>\S+) (?<path>\/var\/tmp\/pi-websocket-bench\.\w+)$/;

/** A private folder on the target for as long as this process has the connection. */
export interface RemoteFolder {
  connection: Connection;
  path: string;
  /** Of uname: "Linux", "aarch64". */
  system: string;
  machine: string;
  /** Removes it and closes the connection. @throws BenchError when it may still be there. */
  close(): Promise<void>;
}

/** @throws BenchError @throws Interrupted */
export async function openRemoteFolder(target: Target, signal: AbortSignal): Promise<RemoteFolder> {
  const connection = await Connection.open(target, `exec sh -c '${holder}'`);
  try {
    const { path = '', system = '', machine = '' } = (await connection.line(answer, signal)).groups ?? {};
    return { connection, path, system, machine, close: () => close(connection, path) };
  } catch (error) {
    // Says no more than the failure itself.
    await connection.close();
    throw error;
  }
}

async function close(connection: Connection, path: string): Promise<void> {
  const { status, reason } = await connection.close();
  // 255: the connection was lost before, and the holder heard of it there.
  if (status === 0 || status === 255) return;
  throw new BenchError(
    'PROCESS_FAILED',
    `${path} on ${connection.target.destination} could not be removed: do it by hand (${reason})`,
  );
}
