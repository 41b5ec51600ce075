import type { HostLimits } from '../../servers/contract/limits.ts';
import { wireBits } from './costs.ts';
import { slowestLink } from './link.ts';
import { mostPortsPerAddress, noCommand, raiseSysctl, raiseTcpMemory, widenPorts } from './remedy.ts';
import { clientsHere, type Plan, perHost, type Resource } from './resource.ts';

/** TCP payload of Ethernet frames of 1,500 bytes with TCP time stamps: 1,448 of 1,538 bytes on the wire. */
const goodputShare = 0.941;

export function network(plan: Plan): Resource[] {
  const { config, server, fleet, isSameMachine, ports, sourceAddresses, sending } = plan;
  const each = (clients: number) => clients;
  // Left to the kernel, a port is taken once towards each listening port: connect(2) knows where to. Bound to an address
  // of ours it is taken before that, and so once for all (ip(7), IP_BIND_ADDRESS_NO_PORT, which Node does not set).
  const timesEachPort = sourceAddresses > 1 ? sourceAddresses : ports;
  const link = isSameMachine ? undefined : slowestLink(plan);
  const wirePages = (limits: HostLimits) => Math.ceil(wireBits(config.messageBytes) / 8 / limits.pageBytes);
  const queued = perHost(
    plan,
    (clients) => clients * wirePages(server),
    (clients) => clients * wirePages(fleet),
  );
  return [
    {
      ...{ name: 'client ports', host: 'fleet', unit: 'each', current: 0 },
      takes: (clients) => clientsHere(plan, clients),
      limit: (fleet.portHigh - fleet.portLow + 1) * timesEachPort,
      remedy: (needed) =>
        widenPorts(fleet, Math.ceil(needed / timesEachPort)) ?? noCommand(beyondAllPorts(plan, needed)),
    },
    // A silent client holds no buffer: 24,000 sockets held 35 pages. Of a sending one, one whole message is counted in
    // the queue of each end, in whole pages; a server that falls behind lets far more pile up, and has failed by then.
    ...queued.map(
      ({ host, limits, takes }): Resource => ({
        ...{ name: 'TCP memory', host, unit: 'pages', current: 0, takes },
        limit: sending ? limits.tcpMemoryMaxPages : undefined,
        remedy: raiseTcpMemory,
      }),
    ),
    ...perHost(plan, each, isSameMachine ? () => 0 : each).map(
      ({ host, limits, takes }): Resource => ({
        ...{ name: 'conntrack', host, unit: 'each', takes },
        limit: limits.conntrackMax,
        current: limits.conntrackEntries ?? 0,
        remedy: (needed) => raiseSysctl('net.netfilter.nf_conntrack_max', needed),
      }),
    ),
    {
      ...{ name: 'link', host: 'server', unit: 'bit/s', current: 0 },
      limit: link === undefined || !sending ? undefined : link * 1_000_000 * goodputShare,
      takes: (clients) => (clients * wireBits(config.messageBytes) * 1_000) / config.intervalMilliseconds,
      remedy: () => noCommand('have less sent (--interval-ms, --message-bytes), or take a faster link'),
    },
  ];
}

/** Where one range does not suffice: more listening ports, or more processes of the fleet, each with its own address. */
function beyondAllPorts({ fleet, sourceAddresses }: Plan, needed: number): string {
  return sourceAddresses > 1
    ? `ask for --clients-per-process ${fleet.portHigh - fleet.portLow + 1}: each process has an address of its own`
    : `ask for --ports ${Math.ceil(needed / mostPortsPerAddress)}, and widen net.ipv4.ip_local_port_range to 1024 65535`;
}
