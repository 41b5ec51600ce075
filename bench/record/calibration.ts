import { z } from 'zod';

/** How good the fleet is at measuring. A part that could not be found out says why. */
export const calibrationSchema = z.object({
  /** Of one process, against a server that reads and discards, on the machines of this run. */
  fleet: z.union([
    z.object({
      messagesPerSecond: z.number().positive(),
      /** What came before it could be more; absent when nothing did. */
      limitedBy: z.string().optional(),
    }),
    z.object({ absent: z.string() }),
  ]),
  /** What was seen of a server that was made to stand still. */
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
