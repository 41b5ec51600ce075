import { releasePaths } from './layout.ts';
import type { RemoteMachine } from './remote-machine.ts';
import { readScript, scriptLine } from './shell.ts';
import { buildProgram } from './toolchain.ts';

const buildScript = readScript('build');

/** See RemoteTarget. @param release its folder, with a toolchain in it. */
export function buildThere(
  { connection, layout }: Pick<RemoteMachine, 'connection' | 'layout'>,
  release: string,
  contenders: readonly string[],
): readonly [string, ...string[]] {
  const [toolchain, node] = [`${release}/${releasePaths.toolchain}`, `${release}/${releasePaths.node}`];
  return connection.command(scriptLine(buildScript, layout.root, toolchain, node, buildProgram, ...contenders));
}
