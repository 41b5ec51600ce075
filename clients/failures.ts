import type { FailureKind } from './contract.ts';

/** How far an attempt had come when it failed. */
export type Stage = 'connecting' | 'upgrading' | 'open' | 'closing';

const kindOfCode = new Map<string, FailureKind>([
  ['ECONNREFUSED', 'refused'],
  // The server hung up, or its host did: told apart from a refusal, because the listener was there.
  ['ECONNRESET', 'reset'],
  ['ECONNABORTED', 'reset'],
  ['EPIPE', 'reset'],
  ['ETIMEDOUT', 'timeout'],
  ['EADDRNOTAVAIL', 'ports'],
  ['EADDRINUSE', 'ports'],
  ['EMFILE', 'descriptors'],
  ['ENFILE', 'descriptors'],
  // A TLS alert that comes while something is being written.
  ['EPROTO', 'tls'],
]);

/**
 * Sorts the error of an attempt. OpenSSL has a code of its own for every way in which a certificate cannot be trusted
 * (CERT_HAS_EXPIRED, SELF_SIGNED_CERT_IN_CHAIN, ...): before the handshake is through, whatever is no error of the
 * operating system is one of TLS.
 */
export function failureKind(error: NodeJS.ErrnoException, stage: Stage): FailureKind {
  const code = error.code ?? '';
  const kind = kindOfCode.get(code);
  if (kind !== undefined) return kind;
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) return 'tls';
  return stage === 'connecting' && error.syscall === undefined ? 'tls' : 'other';
}
