import type { Config } from './config.ts';
import { contenderOf } from './entrants.ts';
import { ceilings, type Preflight } from './limits/preflight.ts';
import { fleetProcesses, sourceAddresses } from './plan.ts';
import type { TrialContext } from './trial/trial.ts';

interface Machines {
  limits: TrialContext['limits'];
  isSameMachine: boolean;
  /** Where clients reach the servers. */
  address: string;
}

/** How far each search of a plan can come on these machines. Pure. */
export function foresee(config: Config, { limits, isSameMachine, address }: Machines): Preflight[] {
  const processes = fleetProcesses(config.ramp.clients, config.fleet.clientsPerProcess);
  const addresses = Array.from({ length: processes }, (_, index) => sourceAddresses(index, processes, address)).flat();
  const kinds = (['connected', 'sending'] as const).filter((phase) => config.phases.includes(phase));
  const contenders = new Set(config.contenders.map(contenderOf));
  return [...contenders].flatMap((contender) =>
    kinds.map((phase) =>
      ceilings({
        contender,
        sending: phase === 'sending',
        config,
        ...limits,
        isSameMachine,
        ports: config.ports,
        sourceAddresses: Math.max(1, addresses.length),
        linkMegabitsPerSecond: config.linkMegabitsPerSecond,
      }),
    ),
  );
}
