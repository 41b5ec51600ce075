import { z } from 'zod';
import type { AgentSample } from '../../servers/contract/agent.ts';
import { ofType } from '../record/entries.ts';
import type { Entry } from '../record/record.ts';

const count = z.int().nonnegative();
const range = z.object({ first: z.number(), last: z.number(), low: z.number(), high: z.number() });

/** State of the servers' machine during the run. What cannot be read there is absent. */
export const conditionsSchema = z.object({
  /** `first` and `last` are from the first and the last sample of the run. */
  temperatureCelsius: range.optional(),
  clockHertz: range.optional(),
  /** The clock that the firmware of a Raspberry Pi reports. Only the firmware knows how much it throttles. */
  firmwareClockHertz: range.optional(),
  /** Every governor that was seen, in the order of appearance. */
  governors: z.array(z.string()),
  throttleBits: z.array(count),
  /** Pages that the machine read from swap and wrote to it from the first sample of the run to its last. */
  swapInPages: count.optional(),
  swapOutPages: count.optional(),
  /** Traffic of the busiest interface during the run. Present only if the fleet was on another machine. */
  network: z.object({ name: z.string(), receivedBytes: count, sentBytes: count }).optional(),
  /** Cost of watching the servers: CPU time of the agents divided by the time that they watched, as a share of one core. */
  agentCpuShare: z.number().nonnegative().optional(),
  /** The largest resident set of an agent. */
  agentRssBytes: count.optional(),
});

export type Conditions = z.infer<typeof conditionsSchema>;

/** Pure. */
export function conditionsOf(entries: Entry[]): Conditions {
  const sampled = ofType(entries, 'server').flatMap(({ trial, line }) =>
    line.type === 'sample' ? [{ trial, line }] : [],
  );
  const trials = Map.groupBy(sampled, ({ trial }) => trial);
  const all = sampled.map(({ line }) => line);
  const temperature = rangeOf(all.map(({ machine }) => machine.temperatureCelsius));
  const clock = rangeOf(all.map(({ machine }) => machine.clockHertz));
  const firmwareClock = rangeOf(all.map(({ machine }) => machine.firmwareClockHertz));
  const swapInPages = riseOf(all.map(({ machine }) => machine.swapInPages));
  const swapOutPages = riseOf(all.map(({ machine }) => machine.swapOutPages));
  const isElsewhere = ofType(entries, 'run')[0]?.host.isSameMachine === false;
  const network = isElsewhere ? busiestInterface(all) : undefined;
  const cost = agentCost([...trials.values()].map((samples) => samples.map(({ line }) => line)));
  return {
    ...(temperature !== undefined && { temperatureCelsius: temperature }),
    ...(clock !== undefined && { clockHertz: clock }),
    ...(firmwareClock !== undefined && { firmwareClockHertz: firmwareClock }),
    governors: distinct(all.map(({ machine }) => machine.governor)),
    throttleBits: distinct(all.map(({ machine }) => machine.throttleBits)),
    ...(swapInPages !== undefined && { swapInPages }),
    ...(swapOutPages !== undefined && { swapOutPages }),
    ...(network !== undefined && { network }),
    ...cost,
  };
}

/** The cost between the first and the last sample of each trial. The start of an agent does not count as watching. */
function agentCost(trials: AgentSample[][]): Pick<Conditions, 'agentCpuShare' | 'agentRssBytes'> {
  let cpuMicroseconds = 0;
  let milliseconds = 0;
  let rssBytes = 0;
  for (const samples of trials) {
    const [first, last] = [samples[0], samples.at(-1)];
    if (first === undefined || last === undefined) continue;
    if (first.agentCpuMicroseconds === undefined || last.agentCpuMicroseconds === undefined) continue;
    cpuMicroseconds += last.agentCpuMicroseconds - first.agentCpuMicroseconds;
    milliseconds += last.monotonicMilliseconds - first.monotonicMilliseconds;
    for (const { agentRssBytes = 0 } of samples) rssBytes = Math.max(rssBytes, agentRssBytes);
  }
  if (milliseconds === 0) return {};
  return { agentCpuShare: cpuMicroseconds / 1_000 / milliseconds, agentRssBytes: rssBytes };
}

function busiestInterface(samples: AgentSample[]): Conditions['network'] {
  const names = new Set(samples.flatMap(({ machine }) => Object.keys(machine.interfaces)));
  const [busiest] = [...names]
    .map((name) => ({
      name,
      receivedBytes: riseOf(samples.map(({ machine }) => machine.interfaces[name]?.receivedBytes)) ?? 0,
      sentBytes: riseOf(samples.map(({ machine }) => machine.interfaces[name]?.sentBytes)) ?? 0,
    }))
    .toSorted((one, other) => other.receivedBytes + other.sentBytes - one.receivedBytes - one.sentBytes);
  return busiest;
}

/** The rise of a kernel's count. The count starts again at 0 when a machine is restarted before its run is resumed. */
function riseOf(values: (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return undefined;
  return known.slice(1).reduce((sum, value, index) => sum + Math.max(0, value - (known[index] ?? value)), 0);
}

function rangeOf(values: (number | undefined)[]): z.infer<typeof range> | undefined {
  const known = values.filter((value) => value !== undefined);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const low = known.reduce((least, value) => Math.min(least, value), first);
  const high = known.reduce((most, value) => Math.max(most, value), first);
  return { first, last, low, high };
}

function distinct<Value>(values: (Value | undefined)[]): Value[] {
  return [...new Set(values.filter((value) => value !== undefined))];
}
