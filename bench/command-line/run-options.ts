import { remotePlace } from '../../deploy/remote-fleet.ts';
import { remoteHost } from '../../deploy/remote-host.ts';
import { checkDestination } from '../../deploy/target.ts';
import { BenchError } from '../errors.ts';
import { localHost } from '../host/agent-host.ts';
import { type FleetPlace, fleetHere, furtherPlaces } from '../host/fleet-place.ts';
import type { HostOpener } from '../host/host.ts';
import { dashed, type Flags, options } from '../plan/options/options.ts';
import { givenOptions } from '../plan/options/read.ts';
import { type Pinning, pinningHere } from '../plan/pinning.ts';
import { resolveConfig } from '../plan/resolve-config.ts';
import { ofType } from '../record/entries.ts';
import { readEnvironment } from '../run/environment.ts';
import { readUnfinished } from '../run/resume.ts';
import type { RunOptions } from '../run/run.ts';

/**
 * Connects to the machines that the user has named, makes the plan for them, and keeps the connections until `run` ends. A
 * resumed run keeps its own plan.
 *
 * @throws BenchError @throws Interrupted
 */
export async function withRunOptions<Result>(
  flags: Flags,
  surroundings: Pick<RunOptions, 'resultsDirectory' | 'progress' | 'signal'>,
  run: (options: RunOptions) => Promise<Result>,
): Promise<Result> {
  if (process.platform !== 'linux') {
    throw new BenchError('PLATFORM', 'servers are watched through /proc, which only Linux has: run this on Linux');
  }
  const environment = readEnvironment();
  const { resume, tune, results = surroundings.resultsDirectory } = flags;
  refuseBesideResume(flags);
  refuseUnfit(flags);
  // Refuses bad options before it connects to any machine.
  resolveConfig(flags, true);
  await using target = await targetOf(flags, surroundings.signal);
  await using places = await placesOf(flags, surroundings.signal);
  const asked = { ...resolveConfig(flags, target.cpuHasAes ?? environment.cpuHasAes), ...pinningOf(flags) };
  const unfinished =
    resume === undefined ? undefined : await readUnfinished(resume, environment, target, furtherPlaces(places.all));
  const begun = ofType(unfinished?.entries ?? [], 'run')[0];
  return await run({
    ...surroundings,
    config: begun?.config ?? asked,
    environment,
    target,
    places: places.all,
    tune: begun?.tune ?? tune === true,
    resultsDirectory: results,
    unfinished,
  });
}

function pinningOf({ pin }: Flags): { pinning?: Pinning } {
  return pin === true ? { pinning: pinningHere() } : {};
}

/** The machine that servers run on. @throws BenchError @throws Interrupted */
function targetOf({ target, sshConfig }: Flags, signal: AbortSignal): HostOpener | Promise<HostOpener> {
  return target === undefined ? localHost : remoteHost({ destination: target, sshConfig }, signal);
}

/** All machines of the fleet, this one first. Disposing closes the connections. @throws BenchError @throws Interrupted */
async function placesOf({ fleet = [], sshConfig }: Flags, signal: AbortSignal) {
  const ends = new AsyncDisposableStack();
  const all: FleetPlace[] = [fleetHere];
  try {
    for (const destination of fleet) all.push(ends.use(await remotePlace({ destination, sshConfig }, signal)));
  } catch (error) {
    await ends.disposeAsync();
    throw error;
  }
  return { all, [Symbol.asyncDispose]: () => ends.disposeAsync() };
}

/** Rejects conflicting options before connecting anywhere. @throws BenchError BAD_OPTION */
function refuseUnfit(flags: Flags): void {
  const { target, fleet = [], pin } = flags;
  for (const destination of [target ?? [], fleet].flat()) checkDestination(destination);
  const [other] = fleet.filter((place, index) => place === target || fleet.indexOf(place) !== index);
  if (other !== undefined) {
    throw new BenchError('BAD_OPTION', `--fleet ${other} has a part in this run already: name each machine once`);
  }
  if (target !== undefined && pin === true) {
    throw new BenchError(
      'BAD_OPTION',
      '--pin is for servers and fleet on one machine: do not combine it with --target',
    );
  }
  if (target !== undefined) return;
  const [option] = givenOptions(flags, options).find(([, { needsTarget }]) => needsTarget) ?? [];
  if (option === undefined) return;
  throw new BenchError(
    'BAD_OPTION',
    `${dashed(option)} needs --target <user@host>, the machine that the servers run on`,
  );
}

/** A resumed run takes its plan from its record: only its machines and its output may be named again. @throws BenchError BAD_OPTION */
function refuseBesideResume(flags: Flags): void {
  const { resume } = flags;
  if (resume === undefined) return;
  const [other] = givenOptions(flags, options).find(([, { isForResume }]) => !isForResume) ?? [];
  if (other === undefined) return;
  throw new BenchError(
    'BAD_OPTION',
    `${dashed(other)} cannot be combined with --resume ${resume}: a resumed run keeps its plan, so leave it out`,
  );
}
