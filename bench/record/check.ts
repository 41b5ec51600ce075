import { z } from 'zod';

/** One condition that a trial must meet for its figures to be valid. */
export const checkSchema = z.object({
  name: z.string(),
  /** The value found and the value required, each as a phrase. */
  found: z.string(),
  asked: z.string(),
  isMet: z.boolean(),
  /** Present when data was missing, as after a crash: the check then neither voids the trial nor counts as met. */
  isMade: z.literal(false).optional(),
});

export type AuditCheck = z.infer<typeof checkSchema>;

/** A failed check in words, for warnings and summaries. Pure. */
export function objection({ name, found, asked }: AuditCheck): string {
  return `${name}: ${found}, asked for ${asked}`;
}
