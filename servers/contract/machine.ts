import * as z from 'zod/mini';

const count = z.int().check(z.nonnegative());

/** What a machine is, as a process on it sees it. What cannot be read is absent. */
export const machineSchema = z.object({
  hostname: z.string(),
  /** The board, from the device tree; absent on machines without one. */
  boardModel: z.optional(z.string()),
  /** Of a Raspberry Pi, in hexadecimal digits: its memory, maker and stepping. Absent in older records. */
  boardRevision: z.optional(z.string()),
  /** A virtual machine, emulated or not: a board's name is then only what it is called. Absent: nobody looked. */
  isVirtual: z.optional(z.boolean()),
  cpuModel: z.string(),
  cpuCores: z.int().check(z.positive()),
  /** The CPU has AES instructions. */
  cpuHasAes: z.boolean(),
  /** Of the first CPU (cpufreq): its governor and the highest clock that it may choose. */
  governor: z.optional(z.string()),
  clockMaxHertz: z.optional(count),
  memoryTotalBytes: count,
  swapTotalBytes: count,
  /** /proc/swaps, by path; compressed memory is a device, too (zram). [] when swap is off; absent in older records. */
  swapDevices: z.optional(z.array(z.object({ name: z.string(), bytes: count }))),
  /** The memory controller of cgroups is on, without which their memory limits are not enforced. Absent in older records. */
  memoryController: z.optional(z.boolean()),
  pageBytes: count,
  /** /sys/kernel/mm/transparent_hugepage/enabled, the word in brackets. */
  transparentHugePages: z.optional(z.string()),
  operatingSystem: z.string(),
  kernel: z.string(),
  architecture: z.string(),
  /** "glibc 2.36"; absent with another C library. */
  libc: z.optional(z.string()),
  /** Of the runtime that the reading process has, and a server beside it. */
  node: z.string(),
  v8: z.string(),
  openssl: z.string(),
});

export type Machine = z.infer<typeof machineSchema>;
