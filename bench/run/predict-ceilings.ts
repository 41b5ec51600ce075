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
  /** Number of machines that the fleet runs on, including this one. Default 1. */
  fleetPlaces?: number;
}

/** The ceilings of each search of a plan on these machines: one result per contender and phase. Pure. */
export function predictCeilings(
  config: Config,
  { limits, isSameMachine, address, fleetPlaces = 1 }: Machines,
): Preflight[] {
  const processes = fleetProcesses(config.ramp.clients, config.fleet.clientsPerProcess, fleetPlaces);
  // Only addresses of processes on this machine; each machine has the same number of processes.
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
