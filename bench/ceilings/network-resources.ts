import type { HostLimits } from '../../servers/contract/limits.ts';
import { wireBits } from './costs.ts';
import { mostPortsPerAddress, noCommand, raiseSysctl, raiseTcpMemory, widenPorts } from './remedy.ts';
import { clientsHere, type Plan, perHost, type Resource } from './resource.ts';

/** Payload share of an Ethernet frame of 1,500 bytes with TCP time stamps: 1,448 of 1,538 bytes on the wire. */
const goodputShare = 0.941;

export function network(plan: Plan): Resource[] {
  const { config, server, fleet, isSameMachine, ports, sourceAddresses, sending } = plan;
  const each = (clients: number) => clients;
  // The kernel chooses a port in connect(2), where it knows the target, so each listening port can have every port once.
  // A socket that is bound to an address takes its port before that, once for all targets (ip(7),
  // IP_BIND_ADDRESS_NO_PORT, which Node does not set).
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
    // A silent client holds no buffer: 24,000 sockets held 35 pages. A sending client counts with one message in the queue
    // of each end, in whole pages. A server that falls behind lets far more pile up, but has failed by then.
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

/** The remedy where one range is too small: more listening ports, or more fleet processes, each with its own address. */
function beyondAllPorts({ fleet, sourceAddresses }: Plan, needed: number): string {
  return sourceAddresses > 1
    ? `ask for --clients-per-process ${fleet.portHigh - fleet.portLow + 1}: each process has an address of its own`
    : `ask for --ports ${Math.ceil(needed / mostPortsPerAddress)}, and widen net.ipv4.ip_local_port_range to 1024 65535`;
}

interface Ends {
  /** The speed given by the user (`--link-mbit`), where no card reports one. */
  linkMegabitsPerSecond?: number | undefined;
  server: Pick<HostLimits, 'links'>;
  fleet: Pick<HostLimits, 'links'>;
  /** Machines of the fleet. Each sends an equal part of the messages, and the link of the server carries all of them. */
  fleetPlaces?: number;
}

/** The slowest link of both ends, in Mbit/s of the server's link. Undefined when no link reports its speed. */
export function slowestLink({ linkMegabitsPerSecond, server, fleet, fleetPlaces = 1 }: Ends): number | undefined {
  const speeds = ({ links }: Pick<HostLimits, 'links'>) =>
    links.flatMap(({ megabitsPerSecond }) => megabitsPerSecond || []);
  const known = [...speeds(server), ...speeds(fleet).map((speed) => speed * fleetPlaces)];
  return linkMegabitsPerSecond ?? (known.length > 0 ? Math.min(...known) : undefined);
}
