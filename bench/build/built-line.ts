import { z } from 'zod';

const bytes = z.int().positive();
const milliseconds = z.number().nonnegative();

/**
 * Output of `build-there.ts`: JSON lines on stdout, one per server, and one `failed` line with the reason of a
 * failure.
 */
export const builtLineSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('built'),
    server: z.string(),
    /** Results of `build` and `measureBundle` (build.ts). */
    typeCheckMilliseconds: milliseconds,
    bundleMilliseconds: milliseconds,
    bytes,
    gzipBytes: bytes,
    brotliBytes: bytes,
    /** SHA-256 in hex by file name, to compare the bundle with that of another machine. */
    sha256: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
  }),
  z.object({ type: z.literal('failed'), message: z.string() }),
]);

export type BuiltLine = z.infer<typeof builtLineSchema>;
