/** Ciphers of TLS 1.3. ChaCha20 is the fast one on CPUs without AES instructions, such as the Pi 4's. */
export const ciphers = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'] as const;

export type Cipher = (typeof ciphers)[number];
