import type { Inspection, Release } from '../bench/host/host.ts';
import { fixed, gigabytes } from '../bench/text/format.ts';
import { resetFailedUnits } from './agents.ts';
import { canRunServices } from './checks.ts';
import { tuningFolder } from './layout.ts';
import { openHost } from './remote-host.ts';
import { connectMachine, connectUncheckedMachine, describeUnmet, type RemoteMachine } from './remote-machine.ts';
import { answerLines, readScript, scriptLine } from './shell.ts';
import { runningAgents, stopAgents } from './spools.ts';
import { removeStore } from './store.ts';
import { checkDestination, resolveAddress, type Target } from './target.ts';
import { restoreMachine } from './tune-machine.ts';

export interface DeployOptions extends Target {
  signal: AbortSignal;
  /** Called at the beginning of each phase, with the text that shows the user its progress. */
  phase(what: string): void;
}

/** Builds the release for these hosts of its certificate. Its files exist until it is disposed of. */
export type BuildRelease = (certificateHosts: string[]) => Promise<Release & AsyncDisposable>;

/**
 * Deploys a release, and starts an agent to verify that it runs.
 *
 * @returns the text for the user about the machine and the release.
 * @throws BenchError BAD_OPTION for a destination that ssh or this machine cannot resolve; PLATFORM for a machine that
 * cannot run servers; HOST_BUSY while a run uses the machine; PROCESS_FAILED when ssh or a command there fails.
 * @throws Interrupted
 */
export async function deployTo({ signal, phase, ...target }: DeployOptions, build: BuildRelease): Promise<string> {
  checkDestination(target.destination);
  const { address, certificateHosts } = await resolveAddress(target);
  phase(`connecting to ${target.destination}`);
  await using machine = await connectMachine(target, signal);
  phase('building the servers');
  await using release = await build(certificateHosts);
  phase('shipping the missing files');
  const { host, shipped, close } = await openHost(machine, address, release);
  const found = await host.inspect().finally(close);
  const count = shipped.files.length;
  return [
    `${target.destination}: ${describe(found)}`,
    `Release ${shipped.id}: ${count === 0 ? 'no file was missing' : `${count} files shipped, ${fixed(shipped.bytes / 1e6, 1)} MB`}.`,
    canRunServices(machine.facts)
      ? `Servers run as systemd units, with ${found.limits.openFilesHard ?? 'unlimited'} descriptors each.`
      : `Servers run as processes of the user, with the limits of a login: ${found.limits.openFilesHard ?? 'unlimited'} descriptors each.`,
    ...notesOn(machine),
  ].join('\n');
}

function describe({ machine, limits }: Inspection): string {
  const { boardModel, isVirtual, cpuModel, cpuCores, architecture, operatingSystem, kernel } = machine;
  const virtual = isVirtual === true ? ' (a virtual machine)' : '';
  return `${boardModel ?? cpuModel}${virtual}, ${cpuCores} cores, ${gigabytes(limits.memoryTotalBytes)}, ${architecture}; ${operatingSystem}, Linux ${kernel}.`;
}

const statusScript = readScript('status');

/** @returns the text for the user about the suite's files and processes on the machine. @throws BenchError @throws Interrupted */
export async function statusOf(options: DeployOptions): Promise<string> {
  return withMachine(options, async (machine) => {
    const { connection, layout } = machine;
    const text = await connection.run(scriptLine(statusScript, layout.root, tuningFolder), {
      purpose: 'the status cannot be read',
    });
    const running = await runningAgents(machine);
    const agents = running.length === 0 ? 'No server runs.' : `Running: ${running.join(', ')}.`;
    return [...answerLines(text), agents, ...notesOn(machine)].join('\n');
  });
}

/** Ends the suite's agents and servers, puts settings back, and removes all its files. @throws BenchError @throws Interrupted */
export async function cleanFrom(options: DeployOptions): Promise<string> {
  return withMachine(options, async (machine) => {
    const { connection } = machine;
    await stopAgents(machine, '*');
    await resetFailedUnits(machine, '*');
    const warnings = await restoreMachine(machine, options.signal);
    // The folder does not exist where no run has raised settings; it is not empty where a setting could not be put back.
    const remove = machine.asRoot(['rmdir', tuningFolder]);
    if (remove !== undefined) await connection.attempt(remove);
    await removeStore(machine);
    return [
      `Nothing of the suite is left on ${options.destination}${warnings.length === 0 ? '.' : ', except:'}`,
      ...warnings,
    ].join('\n');
  });
}

/** Puts back the settings that a run raised and could not put back itself. @throws BenchError @throws Interrupted */
export async function restoreOn(options: DeployOptions): Promise<string> {
  return withMachine(options, async (machine) => {
    const warnings = await restoreMachine(machine, options.signal);
    return warnings.length === 0 ? 'Every setting is as it was before a run raised it.' : warnings.join('\n');
  });
}

/** Connects without the checks of a deploy, so that a full disk can be cleaned too. */
async function withMachine(
  { signal, phase, ...target }: DeployOptions,
  act: (machine: RemoteMachine) => Promise<string>,
): Promise<string> {
  checkDestination(target.destination);
  phase(`connecting to ${target.destination}`);
  await using machine = await connectUncheckedMachine(target, signal);
  return await act(machine);
}

function notesOn({ checks }: RemoteMachine): string[] {
  return checks.flatMap((check) => describeUnmet(check) ?? []).map((sentence) => `Note: ${sentence}.`);
}
