import type { Inspection, Release } from '../bench/host/host.ts';
import { fixed, gigabytes } from '../bench/text/format.ts';
import { forgetUnits } from './agents.ts';
import { canRunServices } from './checks.ts';
import { tunedFolder } from './layout.ts';
import { openOn } from './remote-host.ts';
import { connectMachine, type RemoteMachine, reachMachine, sentenceOf } from './remote-machine.ts';
import { markedLines, readScript, scriptLine } from './shell.ts';
import { runningAgents, stopAgents } from './spools.ts';
import { removeStore } from './sudo-mark.ts';
import { checkDestination, findReach, type Target } from './target.ts';
import { restoreThere } from './tune-there.ts';

export interface DeployOptions extends Target {
  signal: AbortSignal;
  /** Tells what goes on. */
  phase(what: string): void;
}

/** What is shipped is built by whoever knows how; it is there until it is disposed of. */
export type BuildRelease = (certificateHosts: string[]) => Promise<Release & AsyncDisposable>;

/** Brings all that servers need, starts an agent there to see that it runs, and tells what was found. @throws BenchError @throws Interrupted */
export async function deployTo({ signal, phase, ...target }: DeployOptions, build: BuildRelease): Promise<string> {
  checkDestination(target.destination);
  const { address, certificateHosts } = await findReach(target);
  phase(`connecting to ${target.destination}`);
  await using machine = await connectMachine(target, signal);
  phase('building the servers');
  await using release = await build(certificateHosts);
  phase('shipping what is missing');
  const { host, shipped, close } = await openOn(machine, address, release);
  const found = await host.inspect().finally(close);
  const count = shipped.files.length;
  return [
    `${target.destination}: ${describe(found)}`,
    `Release ${shipped.id}: ${count === 0 ? 'nothing was missing' : `${count} files shipped, ${fixed(shipped.bytes / 1e6, 1)} MB`}.`,
    canRunServices(machine.facts)
      ? `Servers run as units of systemd's, with ${found.limits.openFilesHard ?? 'unlimited'} descriptors each.`
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

/** What of the suite is there. @throws BenchError @throws Interrupted */
export async function statusOf(options: DeployOptions): Promise<string> {
  return onMachine(options, async (machine) => {
    const { connection, layout } = machine;
    const text = await connection.run(scriptLine(statusScript, layout.root, tunedFolder), {
      purpose: 'the status cannot be read',
    });
    const running = await runningAgents(machine);
    const agents = running.length === 0 ? 'No server runs.' : `Running: ${running.join(', ')}.`;
    return [...markedLines(text), agents, ...notesOn(machine)].join('\n');
  });
}

/** Ends what runs there, puts settings back, and removes everything of the suite. @throws BenchError @throws Interrupted */
export async function cleanFrom(options: DeployOptions): Promise<string> {
  return onMachine(options, async (machine) => {
    const { connection } = machine;
    await stopAgents(machine, '*');
    await forgetUnits(machine, '*');
    const warnings = await restoreThere(machine, options.signal);
    // Where nothing was ever tuned there is no such folder, and where something could not be put back it stays.
    const remove = machine.asRoot(['rmdir', tunedFolder]);
    if (remove !== undefined) await connection.attempt(remove);
    await removeStore(machine);
    return [
      `Nothing of the suite is left on ${options.destination}${warnings.length === 0 ? '.' : ', except:'}`,
      ...warnings,
    ].join('\n');
  });
}

/** Puts back what a run has raised and could not put back itself. @throws BenchError @throws Interrupted */
export async function restoreOn(options: DeployOptions): Promise<string> {
  return onMachine(options, async (machine) => {
    const warnings = await restoreThere(machine, options.signal);
    return warnings.length === 0 ? 'Every setting is as it was before a run raised it.' : warnings.join('\n');
  });
}

/** Whatever state it is in: a machine that is full is to be cleaned. */
async function onMachine(
  { signal, phase, ...target }: DeployOptions,
  act: (machine: RemoteMachine) => Promise<string>,
): Promise<string> {
  checkDestination(target.destination);
  phase(`connecting to ${target.destination}`);
  await using machine = await reachMachine(target, signal);
  return await act(machine);
}

function notesOn({ checks }: RemoteMachine): string[] {
  return checks.flatMap((check) => sentenceOf(check) ?? []).map((sentence) => `Note: ${sentence}.`);
}
