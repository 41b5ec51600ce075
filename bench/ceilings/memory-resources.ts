import { costOf, fleetCost, memoryBytes } from './costs.ts';
import { noCommand, raiseCgroup, raiseResource, raiseSysctl } from './remedy.ts';
import { type Plan, perHost, processesOf, type Resource } from './resource.ts';

const fewer = noCommand('ask for fewer clients (--clients), or take a machine with more memory');

export function memory(plan: Plan): Resource[] {
  const { sending, config } = plan;
  const { base, client } = costOf(plan.contender);
  const of = (cost: typeof client) => memoryBytes(cost, sending, config.messageBytes);
  const hosts = perHost(
    plan,
    (clients) => memoryBytes(base, sending) + clients * of(client),
    (clients) => processesOf(plan, clients) * memoryBytes(fleetCost.base, sending) + clients * of(fleetCost.client),
  );
  return hosts.flatMap(({ host, limits, takes }): Resource[] => [
    {
      ...{ name: 'memory', host, unit: 'bytes', takes },
      // The guard keeps its share free on the server's machine. The fleet's machine keeps the same share free.
      limit: Math.floor(limits.memoryTotalBytes * (1 - config.memoryGuardShare)),
      current: limits.memoryTotalBytes - limits.memoryAvailableBytes,
      remedy: () => fewer,
    },
    {
      ...{ name: 'cgroup memory', host, unit: 'bytes', takes },
      limit: limits.cgroupMemoryMaxBytes,
      current: limits.cgroupMemoryBytes ?? 0,
      remedy: () =>
        host === 'server' && config.serverMemoryBytes !== undefined
          ? noCommand('ask for a higher --server-memory-mb')
          : raiseCgroup,
    },
  ]);
}

export function addressSpace({ contender, server, isSameMachine }: Plan): Resource[] {
  const { base, client, clientVirtualBytes } = costOf(contender);
  // x86-64 has 47 bits. An arm64 kernel has 39 or 48; where it has 47 (pages of 16 KiB), both costs are about the same.
  const perClient = server.addressBits === 47 ? clientVirtualBytes.x64 : clientVirtualBytes.arm64;
  const virtualBytes = (clients: number) => base.virtualBytes + clients * perClient;
  const common = { host: 'server', current: 0 } as const;
  return [
    {
      ...{ ...common, name: 'vm.max_map_count', unit: 'each', limit: server.maxMapCount },
      takes: (clients) => Math.ceil(base.memoryMaps + clients * client.memoryMaps),
      remedy: (needed) => raiseSysctl('vm.max_map_count', needed),
    },
    {
      ...{ ...common, name: 'address space', unit: 'bytes', limit: 2 ** server.addressBits, takes: virtualBytes },
      remedy: () => noCommand('boot a kernel with 48-bit user addresses (CONFIG_ARM64_VA_BITS_48)'),
    },
    {
      ...{ ...common, name: 'RLIMIT_AS', unit: 'bytes', limit: server.addressSpaceBytes, takes: virtualBytes },
      remedy: () => raiseResource('as', 'unlimited', isSameMachine),
    },
  ];
}
