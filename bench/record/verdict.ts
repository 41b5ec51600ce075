import { z } from 'zod';
import { causes } from './causes.ts';

/** Why a search stopped: one cause, what it rests on, and what else was at its limit, later. */
export const verdictSchema = z.object({
  cause: z.enum(causes),
  /** A sentence with the numbers that were read; of a step that failed, also in what way. */
  detail: z.string(),
  numbers: z.record(z.string(), z.union([z.number(), z.string()])),
  /** Causes that apply too and were seen later, in their order. */
  others: z.array(z.object({ cause: z.enum(causes), detail: z.string() })),
});

export type Verdict = z.infer<typeof verdictSchema>;
