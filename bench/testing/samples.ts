import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { FleetArrived, FleetSample, FleetWindow } from '../../clients/contract.ts';
import type { AgentSample, CgroupSample, MachineSample, ProcessSample } from '../../servers/contract/agent.ts';
import type { CounterValues } from '../../servers/contract/counters.ts';
import type { HostLimits } from '../../servers/contract/limits.ts';
import type { CountersLine } from '../../servers/contract/lines.ts';
import type { Machine } from '../../servers/contract/machine.ts';
import type { ServerEnd } from '../host/host.ts';
import type { Environment } from '../record/environment.ts';
import type { Observation } from '../record/step.ts';

/** This and the functions below give synthetic parts of a run with unremarkable values, which a test can change. */
export const environment: Environment = {
  hostname: 'test-host',
  cpuModel: 'Cortex-A72',
  cpuCores: 4,
  cpuHasAes: false,
  memoryTotalBytes: 8_000_000_000,
  operatingSystem: 'Debian GNU/Linux 12 (bookworm)',
  kernel: '6.6.20',
  architecture: 'arm64',
  node: '26.10.0',
  v8: '14.6',
  openssl: '3.5.8',
  packages: { ws: '8.23.0', zod: '4.6.7' },
  commit: '0123456789ab',
};

export const machine: Machine = {
  hostname: 'test-host',
  cpuModel: 'Cortex-A72',
  cpuCores: 4,
  cpuHasAes: false,
  governor: 'ondemand',
  memoryTotalBytes: 8_000_000_000,
  swapTotalBytes: 0,
  pageBytes: 4_096,
  operatingSystem: 'Debian GNU/Linux 12 (bookworm)',
  kernel: '6.6.20',
  architecture: 'arm64',
  libc: 'glibc 2.36',
  node: '26.10.0',
  v8: '14.6',
  openssl: '3.5.8',
};

const zeroCounters: CounterValues = {
  accepted: 0,
  released: 0,
  refused: 0,
  upgraded: 0,
  ended: 0,
  messages: 0,
  messageBytes: 0,
  pings: 0,
  healthChecks: 0,
  rejectedTls: 0,
  rejectedHttp: 0,
  rejectedPath: 0,
  rejectedUpgrade: 0,
  rejectedDeadline: 0,
  rejectedProtocol: 0,
  rejectedBinary: 0,
  rejectedUtf8: 0,
  rejectedJson: 0,
  rejectedShape: 0,
  rejectedTooLarge: 0,
  vanished: 0,
  threadFailures: 0,
};

export function countersLine(
  monotonicMilliseconds: number,
  counted: Partial<CounterValues> = {},
  gauges: Partial<Omit<CountersLine, 'counters'>> = {},
): CountersLine {
  return {
    type: 'counters',
    monotonicMilliseconds,
    counters: { ...zeroCounters, ...counted },
    cpuUserMicroseconds: 0,
    cpuSystemMicroseconds: 0,
    heapUsedBytes: 10_000_000,
    threadHeapUsedBytes: 0,
    eventLoopUtilisation: 0.1,
    eventLoopDelayP99Milliseconds: 1,
    eventLoopDelayMaxMilliseconds: 2,
    gcCount: 0,
    gcMilliseconds: 0,
    ...gauges,
  };
}

export function agentSample(
  monotonicMilliseconds: number,
  process: Partial<ProcessSample> = {},
  machine: Partial<MachineSample> = {},
  cgroup: CgroupSample = {},
): AgentSample {
  return {
    type: 'sample',
    monotonicMilliseconds,
    wallMilliseconds: 1_800_000_000_000 + monotonicMilliseconds,
    agentCpuMicroseconds: 5 * monotonicMilliseconds,
    agentRssBytes: 60_000_000,
    process: {
      rssBytes: 60_000_000,
      peakRssBytes: 70_000_000,
      virtualBytes: 1_000_000_000,
      threads: 7,
      cpuUserMilliseconds: 10,
      cpuSystemMilliseconds: 10,
      ...process,
    },
    machine: { ...idleMachine, ...machine },
    cgroup,
  };
}

export const idleMachine: MachineSample = {
  cpuBusyShare: 0.2,
  memoryAvailableBytes: 6_000_000_000,
  memoryTotalBytes: 8_000_000_000,
  tcpInUse: 5,
  tcpTimeWait: 0,
  tcpMemoryPages: 1,
  listenOverflows: 0,
  listenDrops: 0,
  tcpMemoryPressures: 0,
  tcpMemoryAborts: 0,
  oomKills: 0,
  interfaces: {},
};

/** The end of a server, with the changes of a test. */
export function serverEnd(seen: Partial<ServerEnd> = {}): ServerEnd {
  return {
    type: 'end',
    monotonicMilliseconds: 1,
    exitCode: null,
    signal: null,
    lastWords: [],
    machine: idleMachine,
    cgroup: {},
    kernelLog: [],
    ...seen,
  };
}

/** Limits of a machine far above every need. */
export const roomyLimits: HostLimits = {
  memoryTotalBytes: 8_000_000_000,
  memoryAvailableBytes: 6_000_000_000,
  swapTotalBytes: 0,
  pageBytes: 4_096,
  openFilesSoft: 1_000_000,
  openFilesHard: 1_000_000,
  threadsMax: 1_000_000,
  pidMax: 4_000_000,
  threads: 200,
  maxMapCount: 65_530,
  overcommitMemory: 0,
  addressBits: 47,
  portLow: 32_768,
  portHigh: 60_999,
  somaxconn: 4_096,
  synBacklog: 4_096,
  tcpMemoryMaxPages: 100_000,
  links: [],
  cpuCores: 4,
  isRoot: false,
};

/** A histogram of microseconds as a fleet process encodes it. */
export function histogramOf(...microseconds: number[]): string {
  const histogram = build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: 3_600_000_000,
    numberOfSignificantValueDigits: 3,
  });
  for (const value of microseconds) histogram.recordValue(value);
  return encodeIntoCompressedBase64(histogram);
}

export function fleetWindow(seen: Partial<FleetWindow> = {}): FleetWindow {
  return {
    type: 'window',
    window: 'steady',
    durationMilliseconds: 2_000,
    open: 10,
    lost: 0,
    closeCodes: {},
    scheduled: 80,
    sent: 80,
    suppressed: 0,
    pongs: 80,
    outstanding: 0,
    // The three latencies below sum to 6 ms, over two seconds.
    waitingMean: 0.003,
    correctedMicroseconds: histogramOf(1_000, 2_000, 3_000),
    uncorrectedMicroseconds: histogramOf(900, 1_900, 2_900),
    latenessMicroseconds: histogramOf(100),
    cpuUserMicroseconds: 1_000,
    cpuSystemMicroseconds: 1_000,
    ...seen,
  };
}

export function fleetSample(seen: Partial<FleetSample> = {}): FleetSample {
  return {
    type: 'sample',
    monotonicMilliseconds: 1,
    open: 10,
    connecting: 0,
    failures: {},
    closeCodes: {},
    scheduled: 80,
    sent: 80,
    suppressed: 0,
    pongs: 80,
    cpuUserMicroseconds: 1_000,
    cpuSystemMicroseconds: 1_000,
    rssBytes: 90_000_000,
    eventLoopUtilisation: 0.1,
    eventLoopDelayP99Milliseconds: 1,
    ...seen,
  };
}

/** A hundred successful arrivals in a second: upgrades after 2 ms, pongs after 3 ms. */
export function fleetArrived(seen: Partial<FleetArrived> = {}): FleetArrived {
  return {
    type: 'arrived',
    due: 100,
    finished: 100,
    failures: {},
    durationMilliseconds: 1_000,
    elapsedMilliseconds: 1_000,
    correctedConnectMicroseconds: histogramOf(2_000),
    connectMicroseconds: histogramOf(1_900),
    correctedPongMicroseconds: histogramOf(3_000),
    pongMicroseconds: histogramOf(2_900),
    latenessMicroseconds: histogramOf(100),
    negotiated: {},
    resumed: 0,
    cpuUserMicroseconds: 100_000,
    cpuSystemMicroseconds: 100_000,
    ...seen,
  };
}

/** A step that meets every criterion of the smoke profile (interval 250 ms). */
export function observation(seen: Partial<Observation> = {}): Observation {
  return {
    sending: true,
    clientsRequested: 100,
    clientsOpen: 100,
    clientsLost: 0,
    connectFailures: {},
    connectionsOpened: 100,
    connectMilliseconds: 200,
    holdMilliseconds: 1_000,
    messagesScheduled: 400,
    messagesSent: 400,
    messagesDue: 400,
    messagesParsed: 400,
    correctedP50Milliseconds: 1,
    correctedP99Milliseconds: 5,
    correctedMaxMilliseconds: 6,
    uncorrectedP99Milliseconds: 5,
    latenessP99Milliseconds: 1,
    fleetBusyShare: 0.1,
    serverReported: true,
    serverRssBytes: 70_000_000,
    serverCpuMicrosecondsPerMessage: 90,
    fleetCpuMicrosecondsPerMessage: 30,
    ...seen,
  };
}
