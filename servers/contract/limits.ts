import * as z from 'zod/mini';

const count = z.int().check(z.nonnegative());

/** One network interface other than loopback that is up. */
export const linkSchema = z.object({
  name: z.string(),
  /** /sys/class/net/NAME/speed; absent when the driver does not know it. */
  megabitsPerSecond: z.optional(count),
});

/**
 * Every limit of a machine that clients or servers can reach, as the kernel states it to the process that reads it. A
 * value that cannot be read, or that is unlimited, is absent.
 */
export const hostLimitsSchema = z.object({
  /** /proc/meminfo. */
  memoryTotalBytes: count,
  memoryAvailableBytes: count,
  swapTotalBytes: count,
  pageBytes: count,
  /** memory.max and current usage of the tightest cgroup among the reading process's own and those above it. */
  cgroupMemoryMaxBytes: z.optional(count),
  cgroupMemoryBytes: z.optional(count),
  /** RLIMIT_NOFILE, soft and hard; fs.nr_open bounds what hard can be raised to, fs.file-max the whole machine. */
  openFilesSoft: z.optional(count),
  openFilesHard: z.optional(count),
  nrOpen: z.optional(count),
  fileMax: z.optional(count),
  /** kernel.threads-max, kernel.pid_max, RLIMIT_NPROC (root is exempt from it), and pids.max of the cgroup. */
  threadsMax: z.optional(count),
  pidMax: z.optional(count),
  processesHard: z.optional(count),
  cgroupPidsMax: z.optional(count),
  cgroupPids: z.optional(count),
  /** Existing threads on the whole machine. */
  threads: count,
  /** vm.max_map_count; vm.overcommit_memory; RLIMIT_AS, hard. */
  maxMapCount: z.optional(count),
  overcommitMemory: z.optional(count),
  addressSpaceBytes: z.optional(count),
  /** Bits of a user address, from the highest mapping of the reading process: 39, 47 or 48 on arm64, 47 on x86-64. */
  addressBits: count,
  /** net.ipv4.ip_local_port_range, both ends inclusive. */
  portLow: count,
  portHigh: count,
  /** net.core.somaxconn, net.ipv4.tcp_max_syn_backlog. */
  somaxconn: z.optional(count),
  synBacklog: z.optional(count),
  /** Third number of net.ipv4.tcp_mem, in pages. */
  tcpMemoryMaxPages: z.optional(count),
  /** net.netfilter; absent when connection tracking is not loaded. */
  conntrackMax: z.optional(count),
  conntrackEntries: z.optional(count),
  links: z.array(linkSchema),
  cpuCores: count,
  /** The effective user id is 0, so that sysctls can be set. */
  isRoot: z.boolean(),
});

export type HostLimits = z.infer<typeof hostLimitsSchema>;
