import { releasePaths } from './layout.ts';
import type { RemoteMachine } from './remote-machine.ts';
import { readScript, scriptLine } from './shell.ts';
import { buildProgram } from './toolchain.ts';

const buildScript = readScript('build');

/** The command for `RemoteTarget.buildCommand`. @param release folder on that machine of a release with a toolchain. */
export function remoteBuildCommand(
  { connection, layout }: Pick<RemoteMachine, 'connection' | 'layout'>,
  release: string,
  contenders: readonly string[],
): readonly [string, ...string[]] {
  const [toolchain, node] = [`${release}/${releasePaths.toolchain}`, `${release}/${releasePaths.node}`];
  return connection.command(scriptLine(buildScript, layout.root, toolchain, node, buildProgram, ...contenders));
}
