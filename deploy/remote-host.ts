import { BenchError } from '../bench/errors.ts';
import { createAgentHost } from '../bench/host/agent-host.ts';
import type { HostOpener, OpenedHost, Release } from '../bench/host/host.ts';
import { shipRelease } from './release.ts';
import { openRemoteFolder, type RemoteFolder } from './remote-folder.ts';
import { checkDestination, findAddress, type Target } from './target.ts';

export interface RemoteHostOptions extends Target {
  /** Where clients reach the servers: name or address. Without it, the one that ssh connects to. */
  address?: string | undefined;
}

/** What `uname -m` says of a machine that this machine's Node can run on. */
const machines: Record<string, string> = { x64: 'x86_64', arm64: 'aarch64' };

/**
 * A machine that the system's ssh reaches. Servers there end with the connection, and with it goes all that was brought.
 * (A machine that falls silent without a word notices when TCP gives up on the agent's lines: within some 15 minutes.)
 *
 * @throws BenchError
 */
export async function remoteHost({ address: name, ...target }: RemoteHostOptions): Promise<HostOpener> {
  checkDestination(target.destination);
  const address = await findAddress(target, name);
  return {
    address,
    isSameMachine: false,
    certificateHosts: [address],
    open: (release) => open(target, address, release),
  };
}

async function open(target: Target, address: string, release: Release): Promise<OpenedHost> {
  const folder = await openRemoteFolder(target, release.signal);
  try {
    checkPlatform(target, folder);
    const { agent, ...shipped } = await shipRelease(release, folder);
    const host = createAgentHost({
      address,
      serverName: address,
      isSameMachine: false,
      // Without a terminal, so that the agent's stdin ends with the connection, and the server with the agent.
      agentCommand: folder.connection.command(
        `exec '${shipped.node}' --disable-warning=ExperimentalWarning '${agent}'`,
      ),
      tune: async () => ({
        raised: [],
        warnings: ['--tune raised nothing there'],
        restore: async () => [],
      }),
      signal: release.signal,
      ...shipped,
    });
    return { host, close: () => folder.close() };
  } catch (error) {
    // What went wrong first is what is to be told.
    await folder.close().catch(() => {});
    throw error;
  }
}

function checkPlatform({ destination }: Target, { system, machine }: RemoteFolder): void {
  if (process.platform === 'linux' && system === 'Linux' && machine === machines[process.arch]) return;
  throw new BenchError(
    'PLATFORM',
    `${destination} is ${system} on ${machine}, but servers are started with the Node of this machine ` +
      `(${process.platform} on ${process.arch}): run the benchmark from a machine of the same kind`,
  );
}
