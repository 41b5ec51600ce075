import { constants } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { WorkSettings } from './settings.ts';

/**
 * TLS context of a server: TLS 1.3 only, one key exchange, one cipher, because the comparison must not depend on what a
 * client offers. With SSL_OP_NO_TICKET OpenSSL gives out stateful tickets, and Node keeps no session cache to look them
 * up in, so every handshake is a full one.
 */
export function tlsContext(settings: WorkSettings): SecureContext {
  return createSecureContext({
    cert: settings.certificate,
    key: settings.key,
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    ciphers: settings.cipher,
    ecdhCurve: 'X25519',
    secureOptions: constants.SSL_OP_NO_TICKET,
  });
}
