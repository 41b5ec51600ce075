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

/** Of what must be seen, what the median may be at most. */
const medianShare = 0.1;
/** How often no message is due as early as it must be, for all of a stall to be seen. */
const missedShare = 1e-4;

/**
 * How long a server must stand still for `seenMilliseconds` of that to be seen: until, of so many clients whose messages
 * are due at random once an interval, one surely had one. Pure.
 */
export function stallToSee(seenMilliseconds: number, clients: number, intervalMilliseconds: number): number {
  return Math.ceil(seenMilliseconds + intervalMilliseconds * (1 - missedShare ** (1 / clients)));
}

/** @param seenMilliseconds what must be seen of it at least. Pure. */
export function judgeStall(
  stallMilliseconds: number,
  seenMilliseconds: number,
  correctedMaxMilliseconds: number,
  uncorrectedP50Milliseconds: number,
): Calibration['stall'] {
  const isMet =
    correctedMaxMilliseconds >= seenMilliseconds && uncorrectedP50Milliseconds <= medianShare * seenMilliseconds;
  return { stallMilliseconds, correctedMaxMilliseconds, uncorrectedP50Milliseconds, isMet };
}

/** Numbers of clients, each `growth` times the one before. Pure. */
export function risingClients(first: number, growth: number, most: number): number[] {
  const numbers: number[] = [];
  for (let clients = first; Math.round(clients) <= most; clients *= growth) numbers.push(Math.round(clients));
  return numbers;
}
