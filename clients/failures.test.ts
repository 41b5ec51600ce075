import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FailureKind } from './contract.ts';
import { failureKind, type Stage } from './failures.ts';

for (const [code, syscall, stage, expected] of [
  ['ECONNREFUSED', 'connect', 'connecting', 'refused'],
  ['ECONNRESET', 'read', 'connecting', 'reset'],
  ['EPIPE', 'write', 'upgrading', 'reset'],
  ['ETIMEDOUT', 'connect', 'connecting', 'timeout'],
  ['EADDRNOTAVAIL', 'connect', 'connecting', 'ports'],
  ['EADDRINUSE', 'bind', 'connecting', 'ports'],
  ['EMFILE', 'connect', 'connecting', 'descriptors'],
  ['ENFILE', 'connect', 'connecting', 'descriptors'],
  ['SELF_SIGNED_CERT_IN_CHAIN', undefined, 'connecting', 'tls'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', undefined, 'connecting', 'tls'],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', undefined, 'upgrading', 'tls'],
  ['EHOSTUNREACH', 'connect', 'connecting', 'other'],
  [undefined, undefined, 'upgrading', 'other'],
] as [string | undefined, string | undefined, Stage, FailureKind][]) {
  test(`${code} while ${stage} is ${expected}`, () => {
    const error: NodeJS.ErrnoException = new Error('it failed');
    if (code !== undefined) error.code = code;
    if (syscall !== undefined) error.syscall = syscall;
    assert.equal(failureKind(error, stage), expected);
  });
}
