import type { FleetConnected, FleetWindow } from '../../../clients/contract.ts';
import type { AgentSample } from '../../../servers/contract/agent.ts';
import type { CountersLine } from '../../../servers/contract/lines.ts';
import type { Config } from '../../plan/config.ts';

/** A measured window whose figures stand in the table. */
export interface AuditedWindow {
  clientsRequested: number;
  sending: boolean;
  /** Of the harness's clock. */
  startedAt: number;
  endedAt: number;
  fleet: FleetWindow[];
}

/** Of the harness's clock. */
export interface Span {
  /** "20 arrivals a second". */
  what: string;
  startedAt: number;
  endedAt: number;
}

/** Everything of one trial that the audit looks at. */
export interface Audited {
  config: Pick<Config, 'cipher' | 'intervalMilliseconds' | 'messageBytes' | 'sampleMilliseconds' | 'criteria'>;
  windows: readonly AuditedWindow[];
  /** Other times in which something was measured that stands in the table. */
  spans: readonly Span[];
  handshakes: readonly Pick<FleetConnected, 'negotiated' | 'resumed'>[];
  /** The agent's, and when each reached the harness. */
  samples: readonly { atMilliseconds: number; value: AgentSample }[];
  /** The server's last counts, when it had stopped in order; absent when it did not. */
  counters: CountersLine | undefined;
  /** What the fleet had sent in all, and sessions that did not end in order; absent when it did not say. */
  fleet: { sent: number; lost: number } | undefined;
  /** Clients that came, said one thing and left: due, and through. */
  arrivals: { due: number; finished: number };
}
