import { BenchError } from '../errors.ts';
import { furtherPlaces } from '../host/fleet-place.ts';
import { type Pinning, pinningHere } from '../plan/pinning.ts';
import { resolveConfig } from '../plan/resolve-config.ts';
import { ofType } from '../record/entries.ts';
import { readEnvironment } from '../run/environment.ts';
import { readUnfinished } from '../run/resume.ts';
import type { RunOptions } from '../run/run.ts';
import type { Flags } from './options.ts';
import { placesOf, refuseBesideResume, refuseUnfit, targetOf } from './targets.ts';

/**
 * Has the machines that the user has named for the time of a run, and the plan for them; that of a run that is gone on
 * with is its own.
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
  // What is wrong with the words is said before anybody is called.
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
