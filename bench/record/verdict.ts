import { z } from 'zod';
import { causes } from './causes.ts';

/** Why a search stopped: one cause, its evidence, and further causes that appeared later. */
export const verdictSchema = z.object({
  cause: z.enum(causes),
  /** A sentence with the evidence, and with the reasons of a failed step. */
  detail: z.string(),
  numbers: z.record(z.string(), z.union([z.number(), z.string()])),
  /** Further causes that apply, in the order of their appearance. */
  others: z.array(z.object({ cause: z.enum(causes), detail: z.string() })),
});

export type Verdict = z.infer<typeof verdictSchema>;
