import * as z from 'zod/mini';
import { largestMessageBytes, smallestMessageBytes } from '../contract/message.ts';

/** The ciphers TLS 1.3 knows. ChaCha20 is the fast one on CPUs without AES instructions, such as the Pi 4's. */
export const ciphers = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'] as const;

/** What decides the work. Plain data, so that it can be handed to a thread as it is. */
export const workSettingsSchema = z.object({
  certificate: z.string(),
  key: z.string(),
  cipher: z.enum(ciphers),
  messageBytes: z.int().check(z.minimum(smallestMessageBytes), z.maximum(largestMessageBytes)),
  /** Time for TLS and upgrade together, and for the close handshake. */
  deadlineMilliseconds: z.int().check(z.positive()),
});

export type WorkSettings = z.infer<typeof workSettingsSchema>;
