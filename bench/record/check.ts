import { z } from 'zod';

/** One thing that must be so if a trial's figures are to be believed. */
export const checkSchema = z.object({
  name: z.string(),
  /** What was found, and what was asked for, each a phrase. */
  found: z.string(),
  asked: z.string(),
  isMet: z.boolean(),
  /** There was nothing to look at where there should have been, as after a crash: that voids nothing, and meets nothing. */
  isMade: z.literal(false).optional(),
});

export type AuditCheck = z.infer<typeof checkSchema>;

/** As the record and the user are told. */
export function objection({ name, found, asked }: AuditCheck): string {
  return `${name}: ${found}, asked for ${asked}`;
}
