import { z } from 'zod';
import { parseJson } from '../../servers/contract/json.ts';
import { raiseSchema, settingSchema } from './settings.ts';

/** The first line on the stdin of bench/tune/hold.ts. */
const tuneRequestSchema = z.object({ raises: z.array(raiseSchema) });

const warnings = z.array(z.string());
/** The lines that it prints: `tuned` at once, `restored` when all is put back. */
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

/** Undefined when the text is not such a request. */
export function parseTuneRequest(text: string): TuneRequest | undefined {
  return tuneRequestSchema.safeParse(parseJson(text)).data;
}

/** Undefined when the text is not such a line: a login may print others. */
export function parseTuneLine(text: string): TuneLine | undefined {
  return tuneLineSchema.safeParse(parseJson(text)).data;
}
