import type { TLSSocket } from 'node:tls';
import type { FailureKind } from './contract.ts';

export type Failures = Partial<Record<FailureKind, number>>;

/** Failures and negotiated parameters of the handshakes of one command. */
export class Handshakes {
  readonly failures: Failures = {};
  /** Number of connections by negotiated protocol and cipher, as the contract defines it. */
  readonly negotiated: Record<string, number> = {};
  resumed = 0;

  opened(socket: TLSSocket): void {
    const negotiated = `${socket.getProtocol()} ${socket.getCipher().name}`;
    this.negotiated[negotiated] = (this.negotiated[negotiated] ?? 0) + 1;
    if (socket.isSessionReused()) this.resumed += 1;
  }

  failed(kind: FailureKind): void {
    countFailure(this.failures, kind);
  }
}

export function countFailure(failures: Failures, kind: FailureKind): void {
  failures[kind] = (failures[kind] ?? 0) + 1;
}
