import { z } from 'zod';

/** How well the fleet measures. A part that could not be determined gives the reason. */
export const calibrationSchema = z.object({
  /** The ceiling of one process, against a server that reads and discards, on the machines of this run. */
  fleet: z.union([
    z.object({
      messagesPerSecond: z.number().positive(),
      /** What prevented a higher rate; absent when nothing did. */
      limitedBy: z.string().optional(),
    }),
    z.object({ absent: z.string() }),
  ]),
  /** Latencies while a server was stopped for a known time. */
  stall: z.union([
    z.object({
      stallMilliseconds: z.number(),
      correctedMaxMilliseconds: z.number(),
      uncorrectedP50Milliseconds: z.number(),
      /** The maximum of the corrected latency shows the stall, and the median of the uncorrected one does not. */
      isMet: z.boolean(),
    }),
    z.object({ absent: z.string() }),
  ]),
});

export type Calibration = z.infer<typeof calibrationSchema>;
