import { ceilings, type Preflight } from '../ceilings/preflight.ts';
import type { Config } from '../plan/config.ts';
import { contenderOf } from '../plan/contenders.ts';
import { fleetProcesses, sourceAddresses } from '../plan/plan.ts';
import type { TrialContext } from '../trial/context.ts';

interface Machines {
  limits: TrialContext['limits'];
  isSameMachine: boolean;
  /** Where clients reach the servers. */
  address: string;
  /** Machines that the fleet runs on, this one among them; without it, this one alone. */
  fleetPlaces?: number;
}

/** How far each search of a plan can come on these machines. Pure. */
export function predictCeilings(
  config: Config,
  { limits, isSameMachine, address, fleetPlaces = 1 }: Machines,
): Preflight[] {
  const processes = fleetProcesses(config.ramp.clients, config.fleet.clientsPerProcess, fleetPlaces);
  // Those of the processes here: as many as at each of the places.
  const addresses = Array.from({ length: processes / fleetPlaces }, (_, index) =>
    sourceAddresses(index * fleetPlaces, processes, address),
  ).flat();
  const kinds = (['connected', 'sending'] as const).filter((phase) => config.phases.includes(phase));
  // The places of one server have the same ceilings, which stand under its first.
  const contenders = new Set(config.contenders.map((contender) => contenderOf(contender).server));
  return [...contenders].flatMap((contender) =>
    kinds.map((phase) =>
      ceilings({
        contender,
        sending: phase === 'sending',
        config,
        ...limits,
        isSameMachine,
        ports: config.ports,
        fleetPlaces,
        sourceAddresses: Math.max(1, addresses.length),
        linkMegabitsPerSecond: config.linkMegabitsPerSecond,
      }),
    ),
  );
}
