import * as z from 'zod/mini';
import { hostLimitsSchema } from './limits.ts';
import { serverLineSchema } from './lines.ts';
import { machineSchema } from './machine.ts';

/**
 * What the agent is told on its stdin and what it prints on its stdout: JSON, one object a line. The agent runs on
 * the server's host, starts one server and watches it from outside. It ends, and the server with it, when its stdin
 * ends: whoever started it holds the other end.
 */
const count = z.int().check(z.nonnegative());
const milliseconds = z.number().check(z.nonnegative());

/** Once; an `inspect` may come before it. */
export const agentStartSchema = z.object({
  type: z.literal('start'),
  command: z.string(),
  arguments: z.array(z.string()),
  environment: z.record(z.string(), z.string()),
  limits: z.object({
    /** RLIMIT_NOFILE, soft and hard, of the server. Absent: as high as the agent's own hard limit. */
    openFiles: z.optional(count),
  }),
  /** The only cores that the server may run on (sched_setaffinity(2)). Absent: those of the agent. */
  cores: z.optional(z.array(count)),
  sampleMilliseconds: z.int().check(z.positive()),
  /** The server is killed when less than this share of the machine's memory is available, before the machine suffers. */
  memoryGuardShare: z.number().check(z.minimum(0), z.maximum(1)),
});

export const agentCommandSchema = z.discriminatedUnion('type', [
  agentStartSchema,
  /** Answered by `limits`. */
  z.object({ type: z.literal('inspect') }),
  /** SIGSTOP now, SIGCONT after this time. */
  z.object({ type: z.literal('stall'), milliseconds: count }),
  /** SIGTERM now, SIGKILL when the server still runs after this time. */
  z.object({ type: z.literal('stop'), withinMilliseconds: count }),
  /** Whoever commands the agent is still there. One that outlives its connection ends when it has not heard for long. */
  z.object({ type: z.literal('stay') }),
  /** Whoever commands the agent has all its lines and goes: the server is killed if it still runs, and the agent ends. */
  z.object({ type: z.literal('leave') }),
]);

/** Of the server, from /proc/PID. A value that could not be read is absent. */
export const processSampleSchema = z.object({
  /** Resident set size and its peak (VmRSS, VmHWM). */
  rssBytes: count,
  peakRssBytes: count,
  /** Proportional set size (smaps_rollup). Slow to read for a large process: then not in every sample. */
  pssBytes: z.optional(count),
  swapBytes: z.optional(count),
  virtualBytes: count,
  threads: count,
  /** Of the whole process since its start; the kernel counts them here in steps of 10 ms. */
  cpuUserMilliseconds: milliseconds,
  cpuSystemMilliseconds: milliseconds,
  /** Summed over the threads alive. Slow to read for many threads: then not in every sample. */
  voluntarySwitches: z.optional(count),
  involuntarySwitches: z.optional(count),
  openDescriptors: z.optional(count),
  /** Its soft RLIMIT_NOFILE. */
  openFilesLimit: z.optional(count),
  /** Lines of /proc/PID/maps. Slow to read for many threads: then not in every sample. */
  memoryMaps: z.optional(count),
});

/** Of the cgroups that the server is in (version 2, or the controllers of version 1). What cannot be read is absent. */
export const cgroupSampleSchema = z.object({
  /** The lowest limit on the way up from the server's cgroup, and what the one that sets it holds; or what its own holds. */
  memoryBytes: z.optional(count),
  memoryMaxBytes: z.optional(count),
  /** How often the kernel has killed in the server's own cgroup for lack of memory. */
  oomKills: z.optional(count),
  /** As with memory; every thread counts. */
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
  /** Share of all CPUs that was not idle since the last sample, 0 to 1. */
  cpuBusyShare: z.number(),
  memoryAvailableBytes: count,
  memoryTotalBytes: count,
  /** /proc/net/sockstat: TCP sockets in use and in TIME_WAIT; pages of memory they take. */
  tcpInUse: count,
  tcpTimeWait: count,
  tcpMemoryPages: count,
  /** Of the kernel since it started (/proc/net/netstat, TcpExt): SYNs and handshakes lost to a full accept queue. */
  listenOverflows: z.optional(count),
  listenDrops: z.optional(count),
  /** TCPReqQFullDrop and TCPReqQFullDoCookies: SYNs that found the SYN queue full. */
  synQueueOverflows: z.optional(count),
  /** TCPMemoryPressures; PruneCalled, RcvPruned and OfoPruned; TCPAbortOnMemory. */
  tcpMemoryPressures: z.optional(count),
  tcpPrunes: z.optional(count),
  tcpMemoryAborts: z.optional(count),
  conntrackEntries: z.optional(count),
  /** How often the kernel has killed for lack of memory, on the whole machine (/proc/vmstat, oom_kill). */
  oomKills: z.optional(count),
  /** Pages read from swap and written to it, since the kernel started (/proc/vmstat, pswpin and pswpout). */
  swapInPages: z.optional(count),
  swapOutPages: z.optional(count),
  /** Other than loopback, by name. */
  interfaces: z.record(z.string(), interfaceSampleSchema),
  /** Of a Raspberry Pi's firmware (get_throttled): bits 0-3 now, 16-19 since boot. By its hwmon driver, bit 0 alone. */
  throttleBits: z.optional(count),
  /** Of the first CPU (cpufreq): its governor and its clock now. Absent in most virtual machines. */
  governor: z.optional(z.string()),
  clockHertz: z.optional(count),
  /** The clock of a Raspberry Pi's cores as its firmware said it last, some seconds ago: cpufreq does not see it throttle. */
  firmwareClockHertz: z.optional(count),
  /** Of the first thermal zone, which on a Raspberry Pi is the SoC. */
  temperatureCelsius: z.optional(z.number()),
});

export const agentLineSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('started'),
    pid: count,
    monotonicMilliseconds: milliseconds,
    /** What cannot be ensured here, each a sentence. */
    limitations: z.array(z.string()),
  }),
  z.object({
    type: z.literal('sample'),
    monotonicMilliseconds: milliseconds,
    /** Of the wall clock: against the monotonic one it shows when it was set. This and the next two: absent in records of version 2. */
    wallMilliseconds: z.optional(milliseconds),
    /** CPU time since its start and resident set of the agent itself: what watching costs. */
    agentCpuMicroseconds: z.optional(count),
    agentRssBytes: z.optional(count),
    process: processSampleSchema,
    machine: machineSampleSchema,
    cgroup: cgroupSampleSchema,
  }),
  /** Answers `inspect`: of the machine, as a process started by the agent would meet it. */
  z.object({
    type: z.literal('limits'),
    monotonicMilliseconds: milliseconds,
    limits: hostLimitsSchema,
    machine: machineSchema,
  }),
  /** A line of the server's own, as it came. */
  z.object({ type: z.literal('server'), monotonicMilliseconds: milliseconds, line: serverLineSchema }),
  /** The guard has killed the server. */
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
    /** The last lines of the server's stderr, and of its stdout where they were no lines of the contract; each once, no stacks. */
    lastWords: z.array(z.string()),
    /** Read when the server had ended: the kernel counts a kill only then. */
    machine: machineSampleSchema,
    cgroup: cgroupSampleSchema,
    /**
     * When SIGKILL ended it: the last lines of the kernel's log since its start that tell of a lack of memory or of full
     * tables. [] also when not readable.
     */
    kernelLog: z.array(z.string()),
  }),
  /** The server could not be started, or the agent was spoken to wrongly; it exits with 1 after this line. */
  z.object({ type: z.literal('failed'), code: z.string(), message: z.string() }),
]);

export type AgentStart = z.infer<typeof agentStartSchema>;
export type AgentCommand = z.infer<typeof agentCommandSchema>;
export type AgentLine = z.infer<typeof agentLineSchema>;
export type AgentSample = Extract<AgentLine, { type: 'sample' }>;
export type ProcessSample = z.infer<typeof processSampleSchema>;
export type CgroupSample = z.infer<typeof cgroupSampleSchema>;
export type MachineSample = z.infer<typeof machineSampleSchema>;
