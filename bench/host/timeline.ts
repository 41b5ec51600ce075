import type { FleetLine, FleetSample, FleetStopped } from '../../clients/contract.ts';
import type { AgentLine, AgentSample } from '../../servers/contract/agent.ts';
import { monotonicMilliseconds } from '../../servers/contract/gauges.ts';
import type { CountersLine } from '../../servers/contract/lines.ts';
import type { ServerEnd, ServerGuard } from './host.ts';

/** A value and the time at which it reached the harness, so that one clock serves all machines of a run. */
export interface Timed<Value> {
  atMilliseconds: number;
  value: Value;
}

/** Lines of agent, server and fleet in one trial, in the order of their arrival. */
export class Timeline {
  readonly samples: Timed<AgentSample>[] = [];
  readonly counters: Timed<CountersLine>[] = [];
  readonly fleet: Timed<FleetSample & { process: number }>[] = [];
  guard: Timed<ServerGuard> | undefined = undefined;
  end: Timed<ServerEnd> | undefined = undefined;
  /** The final line of each fleet process that stopped in order. */
  readonly fleetEnds: FleetStopped[] = [];
  readonly #now: () => number;

  constructor(now = monotonicMilliseconds) {
    this.#now = now;
  }

  agentSaid(line: AgentLine): void {
    const atMilliseconds = this.#now();
    if (line.type === 'sample') this.samples.push({ atMilliseconds, value: line });
    else if (line.type === 'guard') this.guard = { atMilliseconds, value: line };
    else if (line.type === 'end') this.end = { atMilliseconds, value: line };
    else if (line.type === 'server' && line.line.type === 'counters') {
      this.counters.push({ atMilliseconds, value: line.line });
    }
  }

  fleetSaid(process: number, line: FleetLine): void {
    if (line.type === 'sample') this.fleet.push({ atMilliseconds: this.#now(), value: { ...line, process } });
    else if (line.type === 'stopped') this.fleetEnds.push(line);
  }
}
