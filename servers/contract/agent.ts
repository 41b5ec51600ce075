import * as z from 'zod/mini';
import { hostLimitsSchema } from './limits.ts';
import { serverLineSchema } from './lines.ts';
import { machineSchema } from './machine.ts';

/**
 * Protocol of the agent: commands on its stdin, lines on its stdout, one JSON object per line. The agent runs on the
 * server's host, starts one server and watches it from outside. The parent holds the other end of the agent's stdin:
 * when stdin ends, the agent ends, and the server with it.
 */
const count = z.int().check(z.nonnegative());
const milliseconds = z.number().check(z.nonnegative());

/** Starts the server; sent once. An `inspect` may come before it. */
export const agentStartSchema = z.object({
  type: z.literal('start'),
  command: z.string(),
  arguments: z.array(z.string()),
  environment: z.record(z.string(), z.string()),
  limits: z.object({
    /** RLIMIT_NOFILE of the server, soft and hard. Absent: as high as the agent's own hard limit. */
    openFiles: z.optional(count),
  }),
  /** The only cores that the server may run on (sched_setaffinity(2)). Absent: the agent's cores. */
  cores: z.optional(z.array(count)),
  sampleMilliseconds: z.int().check(z.positive()),
  /**
   * The agent kills the server when less than this share of the machine's memory is available, before the machine
   * suffers.
   */
  memoryGuardShare: z.number().check(z.minimum(0), z.maximum(1)),
});

export const agentCommandSchema = z.discriminatedUnion('type', [
  agentStartSchema,
  /** Reads the limits and the identity of the machine; answered by `limits`. */
  z.object({ type: z.literal('inspect') }),
  /** Freezes the server: SIGSTOP now, SIGCONT after this time. */
  z.object({ type: z.literal('stall'), milliseconds: count }),
  /** Stops the server: SIGTERM now, SIGKILL when it still runs after this time. */
  z.object({ type: z.literal('stop'), withinMilliseconds: count }),
  /** Heartbeat of the harness. An agent that outlives its connection ends after a long silence. */
  z.object({ type: z.literal('stay') }),
  /** The harness has received all lines and leaves: the agent kills a server that still runs, and ends. */
  z.object({ type: z.literal('leave') }),
]);

/** Sample of the server process, from /proc/PID. A value that could not be read is absent. */
export const processSampleSchema = z.object({
  /** Resident set size and its peak (VmRSS, VmHWM). */
  rssBytes: count,
  peakRssBytes: count,
  /** Proportional set size (smaps_rollup). Slow to read for a large process, then absent from some samples. */
  pssBytes: z.optional(count),
  swapBytes: z.optional(count),
  virtualBytes: count,
  threads: count,
  /** CPU time of the whole process since its start; the kernel counts it here in steps of 10 ms. */
  cpuUserMilliseconds: milliseconds,
  cpuSystemMilliseconds: milliseconds,
  /** Context switches, summed over the live threads. Slow to read for many threads, then absent from some samples. */
  voluntarySwitches: z.optional(count),
  involuntarySwitches: z.optional(count),
  openDescriptors: z.optional(count),
  /** Soft RLIMIT_NOFILE of the server. */
  openFilesLimit: z.optional(count),
  /** Lines of /proc/PID/maps. Slow to read for many threads, then absent from some samples. */
  memoryMaps: z.optional(count),
});

/**
 * Sample of the server's cgroups (version 2, or the controllers of version 1). A value that cannot be read is absent.
 */
export const cgroupSampleSchema = z.object({
  /**
   * Lowest memory limit of the server's cgroup and those above it, and the usage of the cgroup that sets it. Without a
   * limit: the usage of the server's own cgroup.
   */
  memoryBytes: z.optional(count),
  memoryMaxBytes: z.optional(count),
  /** Number of kills for lack of memory in the server's own cgroup. */
  oomKills: z.optional(count),
  /** The same for pids, which count every thread. */
  pids: z.optional(count),
  pidsMax: z.optional(count),
});

/** Bytes and drops of one network interface since it came up (/proc/net/dev). */
export const interfaceSampleSchema = z.object({
  receivedBytes: count,
  sentBytes: count,
  drops: count,
});

export const machineSampleSchema = z.object({
  /** Share of all CPUs' time that was not idle since the last sample, 0 to 1. */
  cpuBusyShare: z.number(),
  memoryAvailableBytes: count,
  memoryTotalBytes: count,
  /** /proc/net/sockstat: TCP sockets in use and in TIME_WAIT; pages of memory they take. */
  tcpInUse: count,
  tcpTimeWait: count,
  tcpMemoryPages: count,
  /** SYNs and handshakes lost to a full accept queue, since the kernel started (/proc/net/netstat, TcpExt). */
  listenOverflows: z.optional(count),
  listenDrops: z.optional(count),
  /** TCPReqQFullDrop and TCPReqQFullDoCookies: SYNs that found the SYN queue full. */
  synQueueOverflows: z.optional(count),
  /** TCPMemoryPressures; PruneCalled, RcvPruned and OfoPruned; TCPAbortOnMemory. */
  tcpMemoryPressures: z.optional(count),
  tcpPrunes: z.optional(count),
  tcpMemoryAborts: z.optional(count),
  conntrackEntries: z.optional(count),
  /** Number of kills for lack of memory on the whole machine (/proc/vmstat, oom_kill). */
  oomKills: z.optional(count),
  /** Pages read from swap and written to it, since the kernel started (/proc/vmstat, pswpin and pswpout). */
  swapInPages: z.optional(count),
  swapOutPages: z.optional(count),
  /** Network interfaces by name, without loopback. */
  interfaces: z.record(z.string(), interfaceSampleSchema),
  /**
   * Throttle bits of a Raspberry Pi's firmware (get_throttled): bits 0-3 now, 16-19 since boot. Its hwmon driver gives
   * bit 0 alone.
   */
  throttleBits: z.optional(count),
  /** Governor and current clock of the first CPU (cpufreq). Absent in most virtual machines. */
  governor: z.optional(z.string()),
  clockHertz: z.optional(count),
  /**
   * Clock of a Raspberry Pi's cores as its firmware last reported it, some seconds ago: cpufreq does not see
   * throttling.
   */
  firmwareClockHertz: z.optional(count),
  /** Temperature of the first thermal zone, which on a Raspberry Pi is the SoC. */
  temperatureCelsius: z.optional(z.number()),
});

export const agentLineSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('started'),
    pid: count,
    monotonicMilliseconds: milliseconds,
    /** What the agent cannot ensure on this machine, one sentence each. */
    limitations: z.array(z.string()),
  }),
  z.object({
    type: z.literal('sample'),
    monotonicMilliseconds: milliseconds,
    /**
     * Wall clock. Compared with the monotonic clock it shows when the wall clock was set. This field and the next two
     * are absent in records of version 2.
     */
    wallMilliseconds: z.optional(milliseconds),
    /** CPU time since its start, and resident set, of the agent itself: the cost of watching. */
    agentCpuMicroseconds: z.optional(count),
    agentRssBytes: z.optional(count),
    process: processSampleSchema,
    machine: machineSampleSchema,
    cgroup: cgroupSampleSchema,
  }),
  /** Answers `inspect`: limits and identity of the machine, as a process started by the agent sees them. */
  z.object({
    type: z.literal('limits'),
    monotonicMilliseconds: milliseconds,
    limits: hostLimitsSchema,
    machine: machineSchema,
  }),
  /** A line that the server printed. */
  z.object({ type: z.literal('server'), monotonicMilliseconds: milliseconds, line: serverLineSchema }),
  /** The memory guard has killed the server. */
  z.object({
    type: z.literal('guard'),
    monotonicMilliseconds: milliseconds,
    memoryAvailableBytes: count,
    memoryTotalBytes: count,
  }),
  /** The last line: how the server ended. */
  z.object({
    type: z.literal('end'),
    monotonicMilliseconds: milliseconds,
    exitCode: z.nullable(z.int()),
    signal: z.nullable(z.string()),
    /**
     * Last lines of the server's stderr, and of its stdout except lines of the contract; each once, without native
     * stack traces.
     */
    lastWords: z.array(z.string()),
    /** Read after the end of the server, because the kernel counts a kill only then. */
    machine: machineSampleSchema,
    cgroup: cgroupSampleSchema,
    /**
     * After a SIGKILL: the last lines of the kernel's log, since the start of the server, that report a lack of memory
     * or full tables. Also [] when the log is not readable.
     */
    kernelLog: z.array(z.string()),
  }),
  /**
   * The server could not be started, or the agent received a wrong command; the agent exits with code 1 after this
   * line.
   */
  z.object({ type: z.literal('failed'), code: z.string(), message: z.string() }),
]);

export type AgentStart = z.infer<typeof agentStartSchema>;
export type AgentCommand = z.infer<typeof agentCommandSchema>;
export type AgentLine = z.infer<typeof agentLineSchema>;
export type AgentSample = Extract<AgentLine, { type: 'sample' }>;
export type ProcessSample = z.infer<typeof processSampleSchema>;
export type CgroupSample = z.infer<typeof cgroupSampleSchema>;
export type MachineSample = z.infer<typeof machineSampleSchema>;
