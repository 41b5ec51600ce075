import { type Ceiling, type Preflight, raisesOf, warnings } from '../ceilings/preflight.ts';
import type { Host, HostOpener, Raise } from '../host/host.ts';
import type { EntryOf } from '../record/record.ts';
import { renderCeilings } from '../report/ceilings.ts';
import type { TrialContext } from '../trial/context.ts';
import { recordWarning } from '../trial/context.ts';
import { restoreHere } from '../tune/here.ts';
import type { HeldTuning } from '../tune/tune.ts';
import { predictCeilings } from './predict-ceilings.ts';

type Context = Pick<TrialContext, 'config' | 'places' | 'record' | 'progress'>;
export type Limits = TrialContext['limits'];
export type Identities = EntryOf<'limits'>['machines'];

interface Machines {
  target: HostOpener;
  host: Host;
  /** This machine, where the fleet runs. */
  here: Host;
}

interface Tunable extends Machines {
  tune: boolean;
  /** Disposed of at the end of the run, also after a failure; restores the raised settings. */
  cleanup: AsyncDisposableStack;
}

/**
 * Reads the ceilings of both machines, raises settings with `tune`, and records and shows which ceiling binds first.
 */
export async function prepareMachines(
  context: Context,
  machines: Tunable,
): Promise<Pick<TrialContext, 'limits' | 'predicted'>> {
  // Restores settings that an earlier run raised and could not restore itself.
  for (const message of restoreHere()) recordWarning(context, message);
  let { limits, identities } = await inspectBoth(machines);
  let results = predictAll(context, machines.target, limits);
  if (machines.tune) {
    await tuneBoth(context, machines, results);
    ({ limits, identities } = await inspectBoth(machines));
    results = predictAll(context, machines.target, limits);
  }
  context.record.append({ type: 'limits', ...limits, machines: identities });
  for (const { contender, sending, clients, fits, ceilings, binding } of results) {
    const bound = binding === undefined ? {} : { binding: recorded(binding) };
    context.record.append({
      ...{ type: 'preflight', contender, sending, clients, fits },
      ceilings: ceilings.map(recorded),
      ...bound,
    });
  }
  if (results.length > 0) context.progress.show(renderCeilings(results));
  // Only recorded: the terminal has just shown the same in the table of ceilings.
  for (const message of new Set(results.flatMap(warnings))) context.record.append({ type: 'warning', message });
  return { limits, predicted: results };
}

/** The record calls a remedy by the name that its field has had since the first version. */
function recorded({ remedy, remedyIsCommand, ...ceiling }: Ceiling) {
  return { ...ceiling, mend: remedy };
}

export function predictAll(
  { config, places }: Pick<Context, 'config' | 'places'>,
  { isSameMachine, address }: HostOpener,
  limits: Limits,
): Preflight[] {
  return predictCeilings(config, { limits, isSameMachine, address, fleetPlaces: places.length });
}

async function tuneBoth(
  context: Context,
  { target, host, here, cleanup }: Tunable,
  results: readonly Preflight[],
): Promise<void> {
  const raise = async (machine: Host, owner: string, raises: readonly Raise[]) => {
    const held = await machine.tune(raises);
    cleanup.defer(() => putBack(context, owner, held));
    for (const { setting, from, to } of held.raised) {
      context.progress.phase(`${owner}'s ${setting} raised from ${from} to ${to}`);
    }
    for (const message of held.warnings) recordWarning(context, `on ${owner}: ${message}`);
  };
  await raise(here, target.isSameMachine ? 'this machine' : 'the fleet', raisesOf(results, 'here'));
  if (!target.isSameMachine) await raise(host, 'the server', raisesOf(results, 'there'));
}

/** Never throws, because it also runs after failures. */
async function putBack(context: Context, owner: string, { restore }: HeldTuning): Promise<void> {
  for (const message of await restore()) recordWarning(context, `on ${owner}: ${message}`);
}

/** Limits and identities of the server's machine and of this one. Further machines of the fleet are not inspected. */
export async function inspectBoth({
  target,
  host,
  here,
}: Machines): Promise<{ limits: Limits; identities: Identities }> {
  const fleet = await here.inspect();
  const server = target.isSameMachine ? fleet : await host.inspect();
  return {
    limits: { server: server.limits, fleet: fleet.limits },
    identities: { server: server.machine, fleet: fleet.machine },
  };
}
