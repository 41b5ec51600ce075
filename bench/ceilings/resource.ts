import type { HostLimits } from '../../servers/contract/limits.ts';
import type { Config } from '../plan/config.ts';
import type { ContenderKey } from '../plan/contenders.ts';
import { fleetProcesses } from '../plan/plan.ts';
import type { Remedy } from './remedy.ts';

/** What is planned, and the machines it is planned on. */
export interface Plan {
  contender: ContenderKey;
  /** Every client sends one message an interval; otherwise all are silent. */
  sending: boolean;
  config: Pick<
    Config,
    'maxThreads' | 'memoryGuardShare' | 'serverMemoryBytes' | 'intervalMilliseconds' | 'messageBytes' | 'backlog'
  > & {
    ramp: Pick<Config['ramp'], 'clients' | 'maxHandshakesInFlight'>;
    fleet: Pick<Config['fleet'], 'clientsPerProcess'>;
  };
  server: HostLimits;
  /** The same as `server` where the two share a machine. */
  fleet: HostLimits;
  isSameMachine: boolean;
  /**
   * Machines that the fleet runs on, each with an equal part of the clients; 1 when this is the only one. `fleet` is this
   * one, and its ceilings are for its part: those of the further ones nobody looks at.
   */
  fleetPlaces: number;
  /** Ports that the server listens on. */
  ports: number;
  /** Loopback addresses that clients come from; 1 when the kernel chooses. */
  sourceAddresses: number;
  /** Of the link between the two, where no card tells it. */
  linkMegabitsPerSecond?: number | undefined;
}

export type Unit = 'bytes' | 'bit/s' | 'pages' | 'each';

/** One thing that a machine has only so much of. */
export interface Resource {
  name: string;
  host: 'server' | 'fleet';
  unit: Unit;
  /** Absent: no such limit here. */
  limit: number | undefined;
  /** Taken already, by others. */
  current: number;
  /** What this many clients take, with the processes that serve them; more clients never take less. */
  takes(clients: number): number;
  /** @param needed in all. */
  remedy(needed: number): Remedy;
}

/** Of so many clients, those that come from this machine. */
export function clientsHere({ fleetPlaces }: Pick<Plan, 'fleetPlaces'>, clients: number): number {
  return Math.ceil(clients / fleetPlaces);
}

/**
 * The server's share of its own machine, and the fleet's, which where they share one comes on top.
 *
 * @param fleet what this machine's clients take, and not all of them.
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

/** Those that so many clients of one machine take. */
export function processesOf({ config }: Plan, clients: number): number {
  return fleetProcesses(clients, config.fleet.clientsPerProcess);
}
