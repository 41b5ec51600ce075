import { z } from 'zod';
import { parseJson } from '../../servers/contract/json.ts';
import { raiseSchema, settingSchema } from './settings.ts';

/** What bench/tune/hold.ts is told, on one line of its stdin. */
const tuneRequestSchema = z.object({ raises: z.array(raiseSchema) });

const warnings = z.array(z.string());
/** What it prints, a line each: at once, and when it has put back. */
const tuneLineSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('tuned'),
    raised: z.array(z.object({ setting: settingSchema, from: z.string(), to: z.string() })),
    warnings,
  }),
  z.object({ type: z.literal('restored'), warnings }),
]);

export type TuneRequest = z.infer<typeof tuneRequestSchema>;
export type TuneLine = z.infer<typeof tuneLineSchema>;

/** Undefined when the text is none. */
export function parseTuneRequest(text: string): TuneRequest | undefined {
  return tuneRequestSchema.safeParse(parseJson(text)).data;
}

/** Undefined when the text is none: a login may print others. */
export function parseTuneLine(text: string): TuneLine | undefined {
  return tuneLineSchema.safeParse(parseJson(text)).data;
}
