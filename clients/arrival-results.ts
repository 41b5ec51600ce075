import type { TLSSocket } from 'node:tls';
import type { FailureKind, FleetArrived } from './contract.ts';
import { Handshakes } from './handshakes.ts';
import { LatencyHistogram } from './latency.ts';

/** Timestamps of one arrival, in milliseconds by `performance.now()`. */
export interface ArrivalTimes {
  readonly dueAt: number;
  readonly begunAt: number;
  readonly openedAt: number;
  readonly pongedAt: number;
}

/** Counts, latencies and handshakes of the arrivals of one command. */
export class ArrivalResults {
  readonly #cpuBefore = process.cpuUsage();
  readonly #handshakes = new Handshakes();
  readonly #correctedConnect = new LatencyHistogram();
  readonly #connect = new LatencyHistogram();
  readonly #correctedPong = new LatencyHistogram();
  readonly #pong = new LatencyHistogram();
  readonly #lateness = new LatencyHistogram();
  #finished = 0;
  #lastFinishedAt = 0;

  begun(dueAt: number, begunAt: number): void {
    this.#lateness.record(begunAt - dueAt);
  }

  opened(socket: TLSSocket): void {
    this.#handshakes.opened(socket);
  }

  finished({ dueAt, begunAt, openedAt, pongedAt }: ArrivalTimes, now: number): void {
    this.#finished += 1;
    this.#lastFinishedAt = now;
    this.#correctedConnect.record(openedAt - dueAt);
    this.#connect.record(openedAt - begunAt);
    this.#correctedPong.record(pongedAt - dueAt);
    this.#pong.record(pongedAt - begunAt);
  }

  failed(kind: FailureKind): void {
    this.#handshakes.failed(kind);
  }

  line(due: number, firstDueAt: number, now: number): FleetArrived {
    const cpu = process.cpuUsage(this.#cpuBefore);
    return {
      type: 'arrived',
      due,
      finished: this.#finished,
      failures: this.#handshakes.failures,
      durationMilliseconds: Math.max(0, this.#lastFinishedAt - firstDueAt),
      elapsedMilliseconds: Math.max(0, now - firstDueAt),
      correctedConnectMicroseconds: this.#correctedConnect.encode(),
      connectMicroseconds: this.#connect.encode(),
      correctedPongMicroseconds: this.#correctedPong.encode(),
      pongMicroseconds: this.#pong.encode(),
      latenessMicroseconds: this.#lateness.encode(),
      negotiated: this.#handshakes.negotiated,
      resumed: this.#handshakes.resumed,
      cpuUserMicroseconds: cpu.user,
      cpuSystemMicroseconds: cpu.system,
    };
  }
}
