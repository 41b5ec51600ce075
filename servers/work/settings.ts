import type { Cipher } from '../contract/ciphers.ts';

/** What decides the work. Plain data, so that it can be handed to a thread as it is. */
export interface WorkSettings {
  /** PEM. */
  certificate: string;
  key: string;
  cipher: Cipher;
  messageBytes: number;
  /** Time for TLS and upgrade together, and for the close handshake. */
  deadlineMilliseconds: number;
}
