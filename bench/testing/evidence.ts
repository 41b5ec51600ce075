import type { FleetSample } from '../../clients/contract.ts';
import type { AgentSample, CgroupSample, MachineSample, ProcessSample } from '../../servers/contract/agent.ts';
import type { CounterValues } from '../../servers/contract/counters.ts';
import type { HostLimits } from '../../servers/contract/limits.ts';
import type { CountersLine } from '../../servers/contract/lines.ts';
import type { Evidence } from '../diagnosis/rule.ts';
import type { Timed } from '../host/timeline.ts';
import { stepOf } from './runs.ts';
import { agentSample, countersLine, fleetSample, roomyLimits } from './samples.ts';

/** When clients began to connect, when their hold began, and when it was judged, in milliseconds. */
export const connectingAt = 1_000;
export const holdingAt = 5_000;
export const now = 8_000;

/** Connections time out after six seconds. */
export const evidenceConfig: Evidence['config'] = {
  reportMilliseconds: 1_000,
  ramp: { connectTimeoutMilliseconds: 6_000 },
};

/** What a test sets. The rest is evidence of a server with room left, whose step failed by its messages. */
export interface Seen extends Partial<Omit<Evidence, 'limits' | 'timeline'>>, Partial<Evidence['timeline']> {
  limits?: Partial<HostLimits>;
}

export function evidenceOf({ samples, counters, fleet = [], guard, end, limits, ...others }: Seen = {}): Evidence {
  return {
    config: evidenceConfig,
    limits: { ...roomyLimits, ...limits },
    timeline: {
      // One before clients connected, and two in the hold.
      samples: samples ?? [sampleAt(500), sampleAt(5_500), sampleAt(6_500)],
      counters: counters ?? [countersAt(500), countersAt(5_500), countersAt(7_500)],
      fleet,
      guard,
      end,
    },
    step: stepOf({}, 'failed', ['it was slow']),
    connectingAt,
    holdingAt,
    timeIsUpAt: undefined,
    now,
    ...others,
  };
}

export function sampleAt(
  atMilliseconds: number,
  machine: Partial<MachineSample> = {},
  process: Partial<ProcessSample> = {},
  cgroup: CgroupSample = {},
): Timed<AgentSample> {
  // The server runs, and uses a tenth of a core.
  const running = { cpuUserMilliseconds: atMilliseconds / 10, ...process };
  return { atMilliseconds, value: agentSample(atMilliseconds, running, machine, cgroup) };
}

export function countersAt(
  atMilliseconds: number,
  counted: Partial<CounterValues> = {},
  gauges: Partial<Omit<CountersLine, 'counters'>> = {},
): Timed<CountersLine> {
  return { atMilliseconds, value: countersLine(atMilliseconds, counted, gauges) };
}

export function fleetAt(
  atMilliseconds: number,
  seen: Partial<FleetSample> = {},
  process = 0,
): Evidence['timeline']['fleet'][number] {
  return { atMilliseconds, value: { ...fleetSample(seen), process } };
}
