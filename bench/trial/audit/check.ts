import type { FleetConnected, FleetWindow } from '../../../clients/contract.ts';
import type { AgentSample } from '../../../servers/contract/agent.ts';
import type { CountersLine } from '../../../servers/contract/lines.ts';
import type { Config } from '../../plan/config.ts';

/** A measured window whose figures enter the table. */
export interface AuditedWindow {
  clientsRequested: number;
  sending: boolean;
  /** Milliseconds on the harness's CLOCK_MONOTONIC. */
  startedAt: number;
  endedAt: number;
  fleet: FleetWindow[];
}

/** A measurement without a window; times in milliseconds on the harness's CLOCK_MONOTONIC. */
export interface Span {
  /** "20 arrivals a second". */
  what: string;
  startedAt: number;
  endedAt: number;
}

/** The data of one trial that its audit checks. */
export interface Audited {
  config: Pick<Config, 'cipher' | 'intervalMilliseconds' | 'messageBytes' | 'sampleMilliseconds' | 'criteria'>;
  windows: readonly AuditedWindow[];
  /** Times of other measurements that enter the table. */
  spans: readonly Span[];
  handshakes: readonly Pick<FleetConnected, 'negotiated' | 'resumed'>[];
  /** The agent's samples, and when each reached the harness. */
  samples: readonly { atMilliseconds: number; value: AgentSample }[];
  /** The server's last counts; undefined when it did not stop in order. */
  counters: CountersLine | undefined;
  /**
   * Messages that the fleet sent in all, and sessions that did not end in order; undefined when a process did not
   * report.
   */
  fleet: { sent: number; lost: number } | undefined;
  /** Arriving clients, each with one message: how many were due, and how many finished. */
  arrivals: { due: number; finished: number };
}
