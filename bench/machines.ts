import { join } from 'node:path';
import { foresee } from './foresee.ts';
import { localHost } from './host/agent-host.ts';
import type { Host, HostOpener, Release } from './host/host.ts';
import { type Preflight, warnings } from './limits/preflight.ts';
import { restore, tune } from './limits/tune.ts';
import type { EntryOf } from './record.ts';
import { renderCeilings } from './report/ceilings.ts';
import { warn } from './trial/pair.ts';
import type { TrialContext } from './trial/trial.ts';

/** What was raised and what it was before, for whoever comes after a crash. */
const tuneStateFile = join(import.meta.dirname, '..', '.build', 'tuned');

type Context = Pick<TrialContext, 'config' | 'record' | 'progress'>;
export type Limits = TrialContext['limits'];
export type Identities = EntryOf<'limits'>['machines'];

interface Machines {
  target: HostOpener;
  tune: boolean;
  host: Host;
  release: Release;
}

/** Reads the ceilings of both machines, raises what may be raised, and tells what will bind first. */
export async function prepareMachines(
  context: Context,
  machines: Machines,
): Promise<Pick<TrialContext, 'limits' | 'foreseen'>> {
  // What an earlier run raised and could not put back.
  await restoreSysctls(context);
  let { limits, identities } = await inspectBoth(machines);
  let results = foreseeAll(context, machines.target, limits);
  if (machines.tune) {
    const tuning = tune({ results, stateFile: tuneStateFile });
    for (const { sysctl, from, to } of tuning.raised) context.progress.phase(`${sysctl} raised from ${from} to ${to}`);
    for (const message of tuning.warnings) warn(context, message);
    ({ limits, identities } = await inspectBoth(machines));
    results = foreseeAll(context, machines.target, limits);
  }
  context.record.append({ type: 'limits', ...limits, machines: identities });
  for (const { contender, sending, clients, fits, ceilings, binding } of results) {
    const bound = binding === undefined ? {} : { binding };
    context.record.append({ type: 'preflight', contender, sending, clients, fits, ceilings, ...bound });
  }
  if (results.length > 0) context.progress.show(renderCeilings(results));
  // In the record and the table; on the terminal it has just been said.
  for (const message of new Set(results.flatMap(warnings))) context.record.append({ type: 'warning', message });
  return { limits, foreseen: results };
}

export function foreseeAll({ config }: Pick<Context, 'config'>, target: HostOpener, limits: Limits): Preflight[] {
  return foresee(config, { limits, isSameMachine: target.isSameMachine, address: target.address });
}

/** Puts back what this run has raised. Never throws: it is done whatever else went wrong. */
export async function restoreSysctls(context: Context): Promise<void> {
  for (const message of restore(tuneStateFile)) warn(context, message);
}

/** Of both machines; the fleet runs here, whatever the target is. */
export async function inspectBoth({
  target,
  host,
  release,
}: Omit<Machines, 'tune'>): Promise<{ limits: Limits; identities: Identities }> {
  const fleet = await (await localHost.open(release)).host.inspect();
  const server = target.isSameMachine ? fleet : await host.inspect();
  return {
    limits: { server: server.limits, fleet: fleet.limits },
    identities: { server: server.machine, fleet: fleet.machine },
  };
}
