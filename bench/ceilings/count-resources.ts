import type { HostLimits } from '../../servers/contract/limits.ts';
import { costOf, fleetCost } from './costs.ts';
import { noCommand, raiseCgroup, raiseResource, raiseSysctl, roundUp } from './remedy.ts';
import { clientsHere, type Plan, perHost, processesOf, type Resource } from './resource.ts';

/** The kernel gives numbers below this out only until they have wrapped once (RESERVED_PIDS, kernel/pid.c). */
const reservedPids = 300;

export function descriptors(plan: Plan): Resource[] {
  const { server, fleet, isSameMachine, ports } = plan;
  const cost = costOf(plan.contender);
  // The base includes one listening socket.
  const ofServer = (clients: number) => cost.base.descriptors + ports - 1 + clients * cost.client.descriptors;
  const { clientsPerProcess } = plan.config.fleet;
  const ofFleetProcess = (clients: number) =>
    fleetCost.base.descriptors + Math.min(clientsHere(plan, clients), clientsPerProcess) * fleetCost.client.descriptors;
  // Node raises its soft limit to the hard one when it starts, so only the hard limit counts. No hard limit can be above
  // fs.nr_open.
  const ofProcess = (host: 'server' | 'fleet', limits: HostLimits, takes: Resource['takes']): Resource[] => [
    {
      ...{ name: 'fs.nr_open', host, unit: 'each', takes, current: 0 },
      limit: limits.nrOpen,
      remedy: (needed) => raiseSysctl('fs.nr_open', needed),
    },
    {
      ...{ name: 'descriptors', host, unit: 'each', takes, current: 0 },
      limit: limits.openFilesHard,
      remedy: (needed) => raiseResource('nofile', within(limits.nrOpen, needed), isSameMachine || host === 'fleet'),
    },
  ];
  const ofMachine = perHost(
    plan,
    ofServer,
    (clients) => processesOf(plan, clients) * fleetCost.base.descriptors + clients * fleetCost.client.descriptors,
  );
  return [
    ...ofProcess('server', server, ofServer),
    ...ofProcess('fleet', fleet, ofFleetProcess),
    ...ofMachine.map(
      ({ host, limits, takes }): Resource => ({
        ...{ name: 'fs.file-max', host, unit: 'each', takes, current: 0 },
        limit: limits.fileMax,
        remedy: (needed) => raiseSysctl('fs.file-max', needed),
      }),
    ),
  ];
}

/** The needed number rounded up, but not above fs.nr_open where that is enough. */
function within(nrOpen: number | undefined, needed: number): number {
  return nrOpen !== undefined && needed <= nrOpen ? Math.min(roundUp(needed), nrOpen) : roundUp(needed);
}

export function threads(plan: Plan): Resource[] {
  const { contender, config, server, isSameMachine } = plan;
  const { base, client } = costOf(contender);
  const [ofServer] = perHost(
    plan,
    (clients) => base.threads + clients * client.threads,
    (clients) => processesOf(plan, clients) * fleetCost.base.threads,
  );
  const takes = ofServer?.takes ?? (() => 0);
  const common = { host: 'server', unit: 'each', takes, current: server.threads } as const;
  return [
    {
      ...{ ...common, name: '--max-threads', current: 0, takes: (clients) => clients * client.threads },
      limit: client.threads > 0 ? config.maxThreads : undefined,
      remedy: () => noCommand('raise maxThreads in bench/plan/profiles.ts'),
    },
    {
      ...{ ...common, name: 'kernel.threads-max', limit: server.threadsMax },
      remedy: (needed) => raiseSysctl('kernel.threads-max', needed),
    },
    {
      // Every thread has a number of its own.
      ...{ ...common, name: 'kernel.pid_max', limit: server.pidMax, current: server.threads + reservedPids },
      remedy: (needed) => raiseSysctl('kernel.pid_max', needed),
    },
    {
      ...{ ...common, name: 'cgroup pids.max', limit: server.cgroupPidsMax, current: server.cgroupPids ?? 0 },
      remedy: () => raiseCgroup,
    },
    {
      // A limit per user. The current number of this user's threads is unknown, so all count. Root is exempt
      // (copy_process in kernel/fork.c).
      ...{ ...common, name: 'RLIMIT_NPROC', limit: server.isRoot ? undefined : server.processesHard },
      remedy: (needed) => raiseResource('nproc', roundUp(needed), isSameMachine),
    },
  ];
}
