import { z } from 'zod';

/** The harness's machine and software. Values that could not be read are absent. */
export const environmentSchema = z.object({
  hostname: z.string(),
  /** The board, from the device tree; absent on machines without one. */
  boardModel: z.string().optional(),
  cpuModel: z.string(),
  cpuCores: z.int().positive(),
  /** True when the CPU has AES instructions. */
  cpuHasAes: z.boolean(),
  memoryTotalBytes: z.int().positive(),
  operatingSystem: z.string(),
  kernel: z.string(),
  architecture: z.string(),
  node: z.string(),
  v8: z.string(),
  openssl: z.string(),
  /** Versions from the lock file, by package name. */
  packages: z.record(z.string(), z.string()),
  commit: z.string().optional(),
  /** True when the working tree differed from the commit. */
  modified: z.boolean().optional(),
  /** Soft and hard limit of open files of the harness, which everything it starts inherits. */
  openFilesLimit: z.string().optional(),
});

export type Environment = z.infer<typeof environmentSchema>;
