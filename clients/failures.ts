import type { FailureKind } from './contract.ts';

/** Stage that a client has reached. */
export type Stage = 'connecting' | 'upgrading' | 'open' | 'closing';

const kindOfCode = new Map<string, FailureKind>([
  ['ECONNREFUSED', 'refused'],
  // The server or its host hung up. Unlike with a refusal, a listener was there.
  ['ECONNRESET', 'reset'],
  ['ECONNABORTED', 'reset'],
  ['EPIPE', 'reset'],
  ['ETIMEDOUT', 'timeout'],
  ['EADDRNOTAVAIL', 'ports'],
  ['EADDRINUSE', 'ports'],
  ['EMFILE', 'descriptors'],
  ['ENFILE', 'descriptors'],
  // A TLS alert that arrives during a write.
  ['EPROTO', 'tls'],
]);

/**
 * Classifies the error of an attempt. OpenSSL has its own code for each way in which a certificate is untrusted
 * (CERT_HAS_EXPIRED, SELF_SIGNED_CERT_IN_CHAIN, ...), so before the handshake is complete every error that does not
 * come from a system call is a TLS error.
 */
export function failureKind(error: NodeJS.ErrnoException, stage: Stage): FailureKind {
  const code = error.code ?? '';
  const kind = kindOfCode.get(code);
  if (kind !== undefined) return kind;
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) return 'tls';
  return stage === 'connecting' && error.syscall === undefined ? 'tls' : 'other';
}
