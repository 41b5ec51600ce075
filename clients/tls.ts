import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity, createSecureContext, type SecureContext } from 'node:tls';
import type { FleetConfiguration } from './contract.ts';

/**
 * TLS options that match the servers: TLS 1.3, one key exchange, one cipher, no ALPN, and no session resumption. All
 * clients of the process share one context, because building one parses the CA again.
 *
 * @throws Error when the CA or the cipher is not valid.
 */
export function tlsOptions(
  configuration: Pick<FleetConfiguration, 'serverName' | 'ca' | 'cipher'>,
): ConnectionOptions & { secureContext: SecureContext } {
  const { serverName, ca, cipher } = configuration;
  return {
    secureContext: createSecureContext({
      ca,
      minVersion: 'TLSv1.3',
      maxVersion: 'TLSv1.3',
      ciphers: cipher,
      ecdhCurve: 'X25519',
    }),
    // Explicit, because the environment can change the default (NODE_TLS_REJECT_UNAUTHORIZED).
    rejectUnauthorized: true,
    // Checks the configured name, not the address that was connected to. SNI takes names only.
    checkServerIdentity: (_reached, certificate) => checkServerIdentity(serverName, certificate),
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
  };
}
