import { BenchError } from '../bench/errors.ts';
import { createAgentHost } from '../bench/host/agent-host.ts';
import type { HostOpener, OpenedHost, Release } from '../bench/host/host.ts';
import { remoteAgents, resetFailedUnits } from './agents.ts';
import { remoteBuildCommand } from './build-there.ts';
import { canLimitMemory, memoryCheckName } from './checks.ts';
import { releasePaths } from './layout.ts';
import { lockMachine, type MachineLock } from './machine-lock.ts';
import { type DeployedRelease, deployServers } from './release.ts';
import { connectMachine, describeUnmet, type RemoteMachine } from './remote-machine.ts';
import { readSpools, removeEmptySpools, removeSpools, runningAgents, stopAgents } from './spools.ts';
import { noteAdminFlag } from './store.ts';
import { checkDestination, resolveAddress, type Target } from './target.ts';
import { restoreMachine, tuneMachine } from './tune-machine.ts';

/**
 * Connects to a machine for servers over ssh. Servers there survive a lost connection for a minute, and their agents keep
 * the samples until the run is resumed.
 *
 * @throws BenchError BAD_OPTION for a destination that ssh or this machine cannot resolve; PLATFORM for a machine that
 * cannot run servers; PROCESS_FAILED when there is no connection.
 * @throws Interrupted
 */
export async function remoteHost(target: Target, signal: AbortSignal): Promise<HostOpener> {
  checkDestination(target.destination);
  const { address, certificateHosts } = await resolveAddress(target);
  const machine = await connectMachine(target, signal);
  return {
    address,
    isSameMachine: false,
    certificateHosts,
    cpuHasAes: machine.facts.cpuHasAes,
    open: (release) => openHost(machine, address, release),
    [Symbol.asyncDispose]: () => machine[Symbol.asyncDispose](),
  };
}

export interface OpenedRemoteHost extends OpenedHost {
  shipped: DeployedRelease;
}

/**
 * Locks the machine for the run, deploys the release, and ends what an interrupted part of the same run left.
 *
 * @throws BenchError HOST_BUSY while another run uses the machine; otherwise as `deployServers`. @throws Interrupted
 */
export async function openHost(machine: RemoteMachine, address: string, release: Release): Promise<OpenedRemoteHost> {
  const lock = await lockMachine(machine, release.run);
  try {
    return await openLocked(machine, address, release, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function openLocked(
  machine: RemoteMachine,
  address: string,
  release: Release,
  lock: MachineLock,
): Promise<OpenedRemoteHost> {
  const { memoryMaxBytes, run, signal } = release;
  await stopAgents(machine, run);
  await resetFailedUnits(machine, run);
  await refuseOtherAgents(machine);
  const shipped = await deployServers(machine, release);
  await noteAdminFlag(machine);
  // Runs the tuning program of the release that was deployed just now, because an earlier one may have been removed.
  const notRestored = await restoreMachine(machine, signal);
  const path = (name: string) => `${shipped.folder}/${name}`;
  const agents = remoteAgents(machine, { run, memoryMaxBytes, release: shipped.folder });
  const host = createAgentHost({
    address,
    serverName: address,
    isSameMachine: false,
    agentCommand: agents.command,
    explain: agents.explain,
    node: path(releasePaths.node),
    bundleDirectory: path(releasePaths.servers),
    certificate: path(releasePaths.certificate),
    key: path(releasePaths.key),
    tune: (raises) => tuneMachine(machine, raises, signal),
    signal,
  });
  return {
    host,
    shipped,
    remoteTarget: {
      lost: machine.connection.lost,
      probe: () => machine.connection.probe(),
      notes: [...notRestored, ...notesOf(machine, memoryMaxBytes)],
      spooled: () => readSpools(machine, run),
      deleteSpooled: () => removeSpools(machine, run),
      buildCommand: (contenders) => remoteBuildCommand(machine, shipped.folder, contenders),
    },
    async close() {
      // A folder that is not empty holds samples of agents that the harness lost; a resumed run fetches them.
      await removeEmptySpools(machine, run);
      await lock.release();
    },
  };
}

/**
 * Refuses a machine with agents of another run. Such a run has broken off: its agents live for a minute more, without
 * the lock.
 *
 * @throws BenchError HOST_BUSY
 */
async function refuseOtherAgents(machine: RemoteMachine): Promise<void> {
  const [agent] = await runningAgents(machine);
  if (agent === undefined) return;
  const { destination } = machine.connection.target;
  throw new BenchError(
    'HOST_BUSY',
    `a server of another run still runs on ${destination} (${agent}): wait for that run's end, or a minute if it broke off`,
  );
}

/** Properties of the machine that limit what the figures say, one sentence each. */
function notesOf({ checks, connection, facts }: RemoteMachine, memoryMaxBytes: number | undefined): string[] {
  // The memory controller only matters to a run that limits the memory.
  const relevant = checks.filter(({ name }) => name !== memoryCheckName || memoryMaxBytes !== undefined);
  const notes = relevant.flatMap((check) => describeUnmet(check) ?? []);
  if (memoryMaxBytes === undefined || canLimitMemory(facts)) return notes;
  const { destination } = connection.target;
  const needs = 'a limit needs systemd, root or sudo without a password, and the memory controller there';
  return [...notes, `--server-memory-mb limits nothing on ${destination}: ${needs}`];
}
