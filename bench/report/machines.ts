import { slowestLink } from '../ceilings/network-resources.ts';
import { formatAmount } from '../ceilings/preflight.ts';
import type { Summary } from '../summary/summary.ts';
import { fixed, gigabytes, whole } from '../text/format.ts';
import { describeThrottling } from '../text/throttling.ts';

type Machine = NonNullable<Summary['machines']>['server'];

/** Hardware and operating system of the machines. */
export function machines({ machines: known, environment, isSameMachine }: Summary): string[] {
  if (known === undefined) {
    const here = describeMachine({ ...environment, swapTotalBytes: 0, pageBytes: 0 });
    return isSameMachine ? [here] : ['Servers: on a machine that this record does not describe.', `Fleet: ${here}`];
  }
  if (isSameMachine) return [describeMachine(known.server)];
  return [`Servers: ${describeMachine(known.server)}`, `Fleet: ${describeMachine(known.fleet)}`];
}

function describeMachine(machine: Machine): string {
  const revision = machine.boardRevision === undefined ? '' : ` (revision ${machine.boardRevision})`;
  const clock = machine.clockMaxHertz === undefined ? '' : ` up to ${gigahertz(machine.clockMaxHertz)}`;
  const swap = machine.swapTotalBytes === 0 ? '' : ` and ${gigabytes(machine.swapTotalBytes)} swap`;
  const pages = machine.pageBytes === 0 ? '' : `, pages of ${machine.pageBytes / 1_024} KiB`;
  const libc = machine.libc === undefined ? '' : `, ${machine.libc}`;
  const virtual = machine.isVirtual === true ? ' (a virtual machine)' : '';
  return `${machine.boardModel ?? machine.cpuModel}${revision}${virtual}, ${machine.cpuCores} cores${clock}, ${gigabytes(machine.memoryTotalBytes)}${swap}${pages}; ${machine.operatingSystem}, Linux ${machine.kernel}, ${machine.architecture}${libc}.`;
}

/** Where servers and fleet ran, and the network between them. */
export function placement({ isSameMachine, config, limits, conditions, furtherFleet = [] }: Summary): string[] {
  if (!isSameMachine) {
    const link = limits && slowestLink({ ...limits, linkMegabitsPerSecond: config.linkMegabitsPerSecond });
    const speed = link === undefined ? ' (link speed unknown)' : `, over ${whole(link)} Mbit/s`;
    const others = ["the harness's", ...furtherFleet];
    const where =
      furtherFleet.length === 0 ? 'another machine' : `${others.length} other machines (${others.join(', ')})`;
    return [`Fleet on ${where}${speed}.`, ...traffic(conditions)];
  }
  if (config.pinning === undefined) {
    return [
      'Servers and fleet on the same machine, sharing its cores: compare the columns with each other, not with other machines.',
    ];
  }
  const { server, fleet } = config.pinning;
  return [
    `Servers and fleet on the same machine, each on its own cores (servers ${server.join(', ')}; fleet ${fleet.join(', ')}).`,
  ];
}

function traffic({ network }: Summary['conditions']): string[] {
  if (network === undefined) return [];
  const [received, sent] = [network.receivedBytes, network.sentBytes].map((bytes) => formatAmount(bytes, 'bytes'));
  return [`The servers' machine received ${received} and sent ${sent} over ${network.name}.`];
}

/** Limits of the servers' machine for a process that is started there, and the fleet's ports. */
export function limits({ limits: known, machines }: Summary): string[] {
  if (known === undefined) return [];
  const { server } = known;
  const named: [name: string, value: number | undefined][] = [
    ['descriptors', server.openFilesSoft],
    ['fs.nr_open', server.nrOpen],
    ['vm.max_map_count', server.maxMapCount],
    ['kernel.threads-max', server.threadsMax],
    ['kernel.pid_max', server.pidMax],
    ['tasks', server.cgroupPidsMax],
    ['memory.max', server.cgroupMemoryMaxBytes],
    ['net.core.somaxconn', server.somaxconn],
    ['net.ipv4.tcp_max_syn_backlog', server.synBacklog],
    ['net.ipv4.tcp_mem', server.tcpMemoryMaxPages],
    ['net.netfilter.nf_conntrack_max', server.conntrackMax],
  ];
  const values = named.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
  const ports = `net.ipv4.ip_local_port_range ${known.fleet.portLow} to ${known.fleet.portHigh} (fleet)`;
  return [
    `Limits of the servers' machine: ${[...values, ports].join(', ')}.`,
    ...(machines?.server.memoryController === false
      ? ["The memory controller of the servers' machine is off, so the kernel ignores memory limits."]
      : []),
  ];
}

/** State of the servers' machine during the run. */
export function conditions({ machines, conditions: seen }: Summary): string[] {
  const { temperatureCelsius, governors, throttleBits } = seen;
  const parts = [
    ...(temperatureCelsius === undefined
      ? []
      : [
          `${fixed(temperatureCelsius.first, 1)} °C before, ${fixed(temperatureCelsius.last, 1)} °C after, ${fixed(temperatureCelsius.high, 1)} °C at most`,
        ]),
    ...clock(seen),
    ...(governors.length === 0 ? [] : [`governor ${governors.join(', then ')}`]),
    ...(throttleBits.length === 0 ? [] : [`throttle bits ${throttleBits.map(describeThrottling).join(', then ')}`]),
    ...swapped(seen, machines?.server),
  ];
  return parts.length === 0 ? [] : [`Servers' machine: ${parts.join('; ')}.`];
}

/** The clock that the firmware reports, where it does: the kernel knows only the clock that it requested. */
function clock({ firmwareClockHertz, clockHertz }: Summary['conditions']): string[] {
  const range = firmwareClockHertz ?? clockHertz;
  if (range === undefined) return [];
  const whose = firmwareClockHertz === undefined ? 'clock' : 'firmware clock';
  return [`${whose} ${fixed(range.low / 1e9, 2)} to ${gigahertz(range.high)}`];
}

function swapped({ swapInPages, swapOutPages }: Summary['conditions'], machine: Machine | undefined): string[] {
  if (swapInPages === undefined || swapOutPages === undefined || machine === undefined) return [];
  if (swapInPages + swapOutPages === 0) return machine.swapTotalBytes === 0 ? [] : ['nothing swapped in or out'];
  const [into, out] = [swapInPages, swapOutPages].map((pages) => formatAmount(pages * machine.pageBytes, 'bytes'));
  return [`${out} swapped out, ${into} swapped in`];
}

/** Warns of swap even if it stayed unused, because memory figures count resident pages only. */
export function swapWarning({ machines }: Summary): string[] {
  const { swapTotalBytes = 0, swapDevices = [] } = machines?.server ?? {};
  if (swapTotalBytes === 0) return [];
  const devices = swapDevices.map(({ name, bytes }) => `${name.replace(/^\/dev\//, '')} ${gigabytes(bytes)}`);
  const which = devices.length === 0 ? gigabytes(swapTotalBytes) : devices.join(', ');
  return [`swap was on (${which}): the memory figures do not include swapped pages`];
}

function gigahertz(hertz: number): string {
  return `${fixed(hertz / 1e9, 2)} GHz`;
}
