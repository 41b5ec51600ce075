import { BenchError } from '../bench/errors.ts';
import { createAgentHost } from '../bench/host/agent-host.ts';
import type { HostOpener, OpenedHost, Release } from '../bench/host/host.ts';
import { agentsOf, forgetUnits } from './agents.ts';
import { buildThere } from './build-there.ts';
import { canLimitMemory, memoryCheck } from './checks.ts';
import { type Claim, claim } from './claim.ts';
import { releasePaths } from './layout.ts';
import { type DeployedRelease, deployServers } from './release.ts';
import { connectMachine, type RemoteMachine, sentenceOf } from './remote-machine.ts';
import { readSpools, removeEmpty, removeSpools, runningAgents, stopAgents } from './spools.ts';
import { noteSudoMark } from './sudo-mark.ts';
import { checkDestination, findReach, type Target } from './target.ts';
import { restoreThere, tuneThere } from './tune-there.ts';

/**
 * A machine that the system's ssh reaches. Servers there outlive a lost connection, for a minute, and what their agents
 * saw is kept for whoever goes on with the run.
 *
 * @throws BenchError @throws Interrupted
 */
export async function remoteHost(target: Target, signal: AbortSignal): Promise<HostOpener> {
  checkDestination(target.destination);
  const { address, certificateHosts } = await findReach(target);
  const machine = await connectMachine(target, signal);
  return {
    address,
    isSameMachine: false,
    certificateHosts,
    cpuHasAes: machine.facts.cpuHasAes,
    open: (release) => openOn(machine, address, release),
    [Symbol.asyncDispose]: () => machine[Symbol.asyncDispose](),
  };
}

export interface OpenedRemote extends OpenedHost {
  shipped: DeployedRelease;
}

/** Ships what is missing. @throws BenchError @throws Interrupted */
export async function openOn(machine: RemoteMachine, address: string, release: Release): Promise<OpenedRemote> {
  const held = await claim(machine, release.run);
  try {
    return await openClaimed(machine, address, release, held);
  } catch (error) {
    await held.release();
    throw error;
  }
}

async function openClaimed(
  machine: RemoteMachine,
  address: string,
  release: Release,
  held: Claim,
): Promise<OpenedRemote> {
  const { memoryMaxBytes, run, signal } = release;
  await stopAgents(machine, run);
  await forgetUnits(machine, run);
  await refuseBusy(machine);
  const shipped = await deployServers(machine, release);
  await noteSudoMark(machine);
  // By what is there only now, where everything had been removed.
  const leftOver = await restoreThere(machine, signal);
  const path = (name: string) => `${shipped.folder}/${name}`;
  const agents = agentsOf(machine, { run, memoryMaxBytes, release: shipped.folder });
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
    tune: (raises) => tuneThere(machine, raises, signal),
    signal,
  });
  return {
    host,
    shipped,
    remoteTarget: {
      lost: machine.connection.lost,
      probe: () => machine.connection.probe(),
      notes: [...leftOver, ...notesOf(machine, memoryMaxBytes)],
      spooled: () => readSpools(machine, run),
      deleteSpooled: () => removeSpools(machine, run),
      buildCommand: (contenders) => buildThere(machine, shipped.folder, contenders),
    },
    async close() {
      // What is left is of agents that nobody heard to their end, for whoever goes on.
      await removeEmpty(machine, run);
      await held.release();
    },
  };
}

/** A run that broke off leaves agents for a while, which nobody holds the machine for. @throws BenchError HOST_BUSY */
async function refuseBusy(machine: RemoteMachine): Promise<void> {
  const [one] = await runningAgents(machine);
  if (one === undefined) return;
  const { destination } = machine.connection.target;
  throw new BenchError(
    'HOST_BUSY',
    `a server of another run is still there on ${destination} (${one}): wait for that run's end, or a minute if it broke off`,
  );
}

/** What of that machine limits what its figures say. */
function notesOf({ checks, connection, facts }: RemoteMachine, memoryMaxBytes: number | undefined): string[] {
  // That nobody could limit the memory is of no account where nobody wants to.
  const told = checks.filter(({ name }) => name !== memoryCheck || memoryMaxBytes !== undefined);
  const notes = told.flatMap((check) => sentenceOf(check) ?? []);
  if (memoryMaxBytes === undefined || canLimitMemory(facts)) return notes;
  const { destination } = connection.target;
  const needs = 'it takes systemd, root or sudo without a password, and the memory controller there';
  return [...notes, `--server-memory-mb limits nothing on ${destination}: ${needs}`];
}
