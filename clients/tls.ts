import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity, createSecureContext, type SecureContext } from 'node:tls';
import type { FleetConfiguration } from './contract.ts';

/**
 * TLS as the server speaks it: 1.3, one key exchange, one cipher, no protocol negotiation, and no session that is ever
 * resumed. One context for all clients of the process, because building one parses the CA anew.
 *
 * @throws Error when the CA or the cipher is none.
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
    // Said aloud, because the environment can change the default (NODE_TLS_REJECT_UNAUTHORIZED).
    rejectUnauthorized: true,
    // Against the name asked for, whatever address it was reached by. SNI knows names only.
    checkServerIdentity: (_reached, certificate) => checkServerIdentity(serverName, certificate),
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
  };
}
