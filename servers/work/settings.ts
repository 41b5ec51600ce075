import type { Cipher } from '../contract/ciphers.ts';

/** Settings that decide the work. Plain data, so that a thread can receive them as they are. */
export interface WorkSettings {
  /** Certificate and private key, PEM. */
  certificate: string;
  key: string;
  cipher: Cipher;
  messageBytes: number;
  /** Time limit for TLS and upgrade together, and for the close handshake. */
  deadlineMilliseconds: number;
}
