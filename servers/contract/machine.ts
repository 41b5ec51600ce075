import * as z from 'zod/mini';

const count = z.int().check(z.nonnegative());

/** Identity of a machine, as a process on it sees it. A value that cannot be read is absent. */
export const machineSchema = z.object({
  hostname: z.string(),
  /** Model of the board, from the device tree; absent on machines without one. */
  boardModel: z.optional(z.string()),
  /**
   * Board revision of a Raspberry Pi, in hexadecimal digits: its memory, maker and stepping. Absent in older records.
   */
  boardRevision: z.optional(z.string()),
  /**
   * True on a virtual machine, emulated or not: `boardModel` is then only its label. Absent when it was not checked.
   */
  isVirtual: z.optional(z.boolean()),
  cpuModel: z.string(),
  cpuCores: z.int().check(z.positive()),
  /** The CPU has AES instructions. */
  cpuHasAes: z.boolean(),
  /** Governor of the first CPU, and the highest clock that it may choose (cpufreq). */
  governor: z.optional(z.string()),
  clockMaxHertz: z.optional(count),
  memoryTotalBytes: count,
  swapTotalBytes: count,
  /**
   * Devices of /proc/swaps by path, compressed memory (zram) included. [] when swap is off; absent in older records.
   */
  swapDevices: z.optional(z.array(z.object({ name: z.string(), bytes: count }))),
  /**
   * True when the memory controller of cgroups is on; without it their memory limits are not enforced. Absent in older
   * records.
   */
  memoryController: z.optional(z.boolean()),
  pageBytes: count,
  /** Word in brackets of /sys/kernel/mm/transparent_hugepage/enabled. */
  transparentHugePages: z.optional(z.string()),
  operatingSystem: z.string(),
  kernel: z.string(),
  architecture: z.string(),
  /** "glibc 2.36"; absent with another C library. */
  libc: z.optional(z.string()),
  /** Versions in the runtime of the reading process, which a server on the same machine has too. */
  node: z.string(),
  v8: z.string(),
  openssl: z.string(),
});

export type Machine = z.infer<typeof machineSchema>;
