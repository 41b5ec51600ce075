import type { TLSSocket } from 'node:tls';
import type { FailureKind } from './contract.ts';

export type Failures = Partial<Record<FailureKind, number>>;

/** What became of the handshakes of one command. */
export class Handshakes {
  readonly failures: Failures = {};
  /** As the contract has it: protocol and cipher, with the number of connections that had them. */
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
