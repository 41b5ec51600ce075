import type { HostLimits } from '../../servers/contract/limits.ts';
import type { Config } from '../plan/config.ts';
import type { ContenderKey } from '../plan/contenders.ts';
import { fleetProcesses } from '../plan/plan.ts';
import type { Remedy } from './remedy.ts';

/** A planned search, and the machines that it runs on. */
export interface Plan {
  contender: ContenderKey;
  /** Every client sends one message per interval. Otherwise all are silent. */
  sending: boolean;
  config: Pick<
    Config,
    'maxThreads' | 'memoryGuardShare' | 'serverMemoryBytes' | 'intervalMilliseconds' | 'messageBytes' | 'backlog'
  > & {
    ramp: Pick<Config['ramp'], 'clients' | 'maxHandshakesInFlight'>;
    fleet: Pick<Config['fleet'], 'clientsPerProcess'>;
  };
  server: HostLimits;
  /** The same limits as `server` where both share a machine. */
  fleet: HostLimits;
  isSameMachine: boolean;
  /**
   * Machines that the fleet runs on, each with an equal part of the clients. `fleet` has the limits of this machine, which
   * count for its own part. The limits of further machines are not read.
   */
  fleetPlaces: number;
  /** Ports that the server listens on. */
  ports: number;
  /** Loopback addresses that clients come from; 1 when the kernel chooses. */
  sourceAddresses: number;
  /** The speed of the link between the two, where no card reports it. */
  linkMegabitsPerSecond?: number | undefined;
}

export type Unit = 'bytes' | 'bit/s' | 'pages' | 'each';

/** Something that a machine has a limited amount of. */
export interface Resource {
  name: string;
  host: 'server' | 'fleet';
  unit: Unit;
  /** Absent where the machine has no such limit. */
  limit: number | undefined;
  /** The amount that other programs use already. */
  current: number;
  /** The amount for this many clients and the processes that serve them. More clients never take less. */
  takes(clients: number): number;
  /** @param needed the total, including `current`. */
  remedy(needed: number): Remedy;
}

/** The part of the clients that comes from this machine. */
export function clientsHere({ fleetPlaces }: Pick<Plan, 'fleetPlaces'>, clients: number): number {
  return Math.ceil(clients / fleetPlaces);
}

/**
 * What server and fleet take from each machine. Where they share one, their amounts add up.
 *
 * @param fleet the amount for clients of this machine alone.
 */
export function perHost(plan: Plan, server: Resource['takes'], fleet: Resource['takes']) {
  const here = (clients: number) => fleet(clientsHere(plan, clients));
  if (plan.isSameMachine) {
    const both = (clients: number) => server(clients) + here(clients);
    return [{ host: 'server' as const, limits: plan.server, takes: both }];
  }
  return [
    { host: 'server' as const, limits: plan.server, takes: server },
    { host: 'fleet' as const, limits: plan.fleet, takes: here },
  ];
}

/** The fleet processes for this many clients of one machine. */
export function processesOf({ config }: Plan, clients: number): number {
  return fleetProcesses(clients, config.fleet.clientsPerProcess);
}
