import { leastTrials } from '../stats/verdict.ts';
import type { Summary } from '../summary.ts';
import { formatInterval } from './rows.ts';

/** What the numbers are of, and what they are not: one sentence a line, below every table. */
export function provenance(summary: Summary): string[] {
  const { environment, config } = summary;
  const packages = Object.entries(environment.packages).map(([name, version]) => `${name} ${version}`);
  const modified = environment.modified ? ' with uncommitted changes' : '';
  return [
    ...machines(summary),
    `Node ${environment.node}, V8 ${environment.v8}, OpenSSL ${environment.openssl}; TLS 1.3, X25519, ECDSA P-256, ${config.cipher}; ${packages.join(', ')}.`,
    `Messages of ${config.messageBytes.toLocaleString('en-US')} bytes, one per client ${formatInterval(config.intervalMilliseconds)}.`,
    ...placement(summary),
    ...limits(summary),
    ...conditions(summary),
    `Profile ${config.profile}, ${trials(summary)}; ${summary.startedAt}${environment.commit === undefined ? '' : `, commit ${environment.commit}${modified}`}.`,
    ...trust(summary),
    ...(summary.outcome === 'complete'
      ? []
      : [`This run did not end in order (${summary.outcome}): what is missing was not measured.`]),
    ...summary.warnings.map((warning) => `Warning: ${warning}.`),
  ];
}

type Machine = NonNullable<Summary['machines']>['server'];

function machines({ machines: known, environment, isSameMachine }: Summary): string[] {
  if (known === undefined) return [describeMachine({ ...environment, swapTotalBytes: 0, pageBytes: 0 })];
  if (isSameMachine) return [describeMachine(known.server)];
  return [`Servers: ${describeMachine(known.server)}`, `Fleet: ${describeMachine(known.fleet)}`];
}

function describeMachine(machine: Machine): string {
  const clock = machine.clockMaxHertz === undefined ? '' : ` up to ${gigahertz(machine.clockMaxHertz)}`;
  const swap = machine.swapTotalBytes === 0 ? '' : ` and ${gigabytes(machine.swapTotalBytes)} swap`;
  const pages = machine.pageBytes === 0 ? '' : `, pages of ${machine.pageBytes / 1_024} KiB`;
  const libc = machine.libc === undefined ? '' : `, ${machine.libc}`;
  return `${machine.boardModel ?? machine.cpuModel}, ${machine.cpuCores} cores${clock}, ${gigabytes(machine.memoryTotalBytes)}${swap}${pages}; ${machine.operatingSystem}, Linux ${machine.kernel}, ${machine.architecture}${libc}.`;
}

function placement({ isSameMachine, config }: Summary): string[] {
  if (!isSameMachine) return ['Fleet on another machine.'];
  if (config.pinning === undefined) {
    return ['Servers and fleet on the same machine: they share its cores, so compare the columns, not other machines.'];
  }
  const { server, fleet } = config.pinning;
  return [
    `Servers and fleet on the same machine, each on cores of its own (servers ${server.join(', ')}; fleet ${fleet.join(', ')}).`,
  ];
}

/** What a server that is started there can have at most. */
function limits({ limits: known }: Summary): string[] {
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
  return [`Limits of the servers' machine: ${[...values, ports].join(', ')}.`];
}

/** What can change while it is measured. */
function conditions({ conditions: { temperatureCelsius, clockHertz, governors, throttleBits } }: Summary): string[] {
  const parts = [
    ...(temperatureCelsius === undefined
      ? []
      : [
          `${temperatureCelsius.first.toFixed(1)} °C before, ${temperatureCelsius.last.toFixed(1)} °C after, ${temperatureCelsius.high.toFixed(1)} °C at most`,
        ]),
    ...(clockHertz === undefined ? [] : [`clock ${gigahertz(clockHertz.low)} to ${gigahertz(clockHertz.high)}`]),
    ...(governors.length === 0 ? [] : [`governor ${governors.join(', then ')}`]),
    ...(throttleBits.length === 0
      ? []
      : [`throttle bits ${throttleBits.map((bits) => `0x${bits.toString(16)}`).join(', then ')}`]),
  ];
  return parts.length === 0 ? [] : [`Servers' machine: ${parts.join('; ')}.`];
}

function trials({ config }: Summary): string {
  if (config.trials === 1) return '1 trial: no spread, no verdict';
  const margin = Number((config.equivalenceMargin * 100).toPrecision(3));
  return `${config.trials} trials in an order drawn by seed ${config.seed}: median ± the trial furthest from it; verdicts from 95 % bootstrap intervals of the ratio of medians, with a margin of ${margin} %, from ${leastTrials} trials on`;
}

/** Why the numbers may be believed. */
function trust({ audit, calibration, conditions: { agentCpuShare } }: Summary): string[] {
  if (audit.trials > 0 && audit.checks === 0) {
    return ['Neither audited nor calibrated: the release that made this record did neither.'];
  }
  const lines: string[] = [];
  if (audit.trials > 0) {
    const voided = audit.void === 0 ? 'none was void' : `${audit.void} void, and not counted`;
    lines.push(
      `Audit: ${audit.trials} ${audit.trials === 1 ? 'trial' : 'trials'}, ${audit.checks} checks met; ${voided}.`,
    );
  }
  if (calibration !== undefined) lines.push(`Calibration: ${describeCalibration(calibration)}.`);
  else if (audit.trials > 0) lines.push('Not calibrated: that was left out.');
  if (agentCpuShare !== undefined) {
    lines.push(`Watching the servers took ${(agentCpuShare * 100).toFixed(2)} % of a core of their machine.`);
  }
  return lines;
}

function describeCalibration({ fleet, stall, largestShare }: NonNullable<Summary['calibration']>): string {
  const most =
    'absent' in fleet
      ? `what a fleet process can send is not known (${fleet.absent})`
      : `a fleet process can send ${fleet.limitedBy === undefined ? '≥ ' : ''}${Math.round(fleet.messagesPerSecond).toLocaleString('en-US')} messages a second to a server that discards them`;
  const share =
    largestShare === undefined ? '' : `, of which ${Math.round(largestShare * 100)} % were asked for at most`;
  const seen =
    'absent' in stall
      ? `a stall was not tried (${stall.absent})`
      : `a server stopped for ${Math.round(stall.stallMilliseconds)} ms showed as ${Math.round(stall.correctedMaxMilliseconds)} ms in the corrected maximum and ${stall.uncorrectedP50Milliseconds.toFixed(1)} ms in the uncorrected median`;
  return `${most}${share}; ${seen}`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function gigahertz(hertz: number): string {
  return `${(hertz / 1e9).toFixed(2)} GHz`;
}
