import { releasePaths } from './layout.ts';
import type { RemoteMachine } from './remote-machine.ts';
import { scriptLine } from './shell.ts';
import { buildProgram } from './toolchain.ts';

/** In a folder of its own, which goes with it, and is as old as the build: not as the files that were packed. */
const buildScript = `
umask 077
folder=$(mktemp -d "$1/build.XXXXXXXXXX") || exit 1
trap 'rm -rf "$folder"' EXIT
trap "exit 1" HUP INT TERM
tar -C "$folder" -xmf "$2" || exit 1
node=$3
shift 3
"$node" --disable-warning=ExperimentalWarning "$folder/${buildProgram}" "$@"`;

/** See RemoteTarget. @param release its folder, with a toolchain in it. */
export function buildThere(
  { connection, layout }: Pick<RemoteMachine, 'connection' | 'layout'>,
  release: string,
  contenders: readonly string[],
): readonly [string, ...string[]] {
  const [toolchain, node] = [`${release}/${releasePaths.toolchain}`, `${release}/${releasePaths.node}`];
  return connection.command(scriptLine(buildScript, layout.root, toolchain, node, ...contenders));
}
