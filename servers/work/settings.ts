/** The ciphers TLS 1.3 knows. ChaCha20 is the fast one on CPUs without AES instructions, such as the Pi 4's. */
export const ciphers = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'] as const;

/** What decides the work. Plain data, so that it can be handed to a thread as it is. */
export interface WorkSettings {
  /** PEM. */
  certificate: string;
  key: string;
  cipher: (typeof ciphers)[number];
  messageBytes: number;
  /** Time for TLS and upgrade together, and for the close handshake. */
  deadlineMilliseconds: number;
}
