import { z } from 'zod';

const bytes = z.int().positive();
const milliseconds = z.number().nonnegative();

/** What `build-there.ts` prints: JSON, one object a line, on stdout; a line for each server, or why there is none. */
export const builtLineSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('built'),
    server: z.string(),
    /** As `build` and `measureBundle` (build.ts) tell them. */
    typeCheckMilliseconds: milliseconds,
    bundleMilliseconds: milliseconds,
    bytes,
    gzipBytes: bytes,
    brotliBytes: bytes,
    /** In hex, by the name of the file: whether it is the very bundle that another machine has built. */
    sha256: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
  }),
  z.object({ type: z.literal('failed'), message: z.string() }),
]);

export type BuiltLine = z.infer<typeof builtLineSchema>;
