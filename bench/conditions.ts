import { z } from 'zod';
import type { AgentSample } from '../servers/contract/agent.ts';
import { ofType } from './entries.ts';
import type { Entry } from './record.ts';

const range = z.object({ first: z.number(), last: z.number(), low: z.number(), high: z.number() });

/** What the servers' machine was like while it was measured. What cannot be read there is absent. */
export const conditionsSchema = z.object({
  /** Before and after: by the first sample of the run, and its last. */
  temperatureCelsius: range.optional(),
  clockHertz: range.optional(),
  /** Every one that was seen, in the order in which they were. */
  governors: z.array(z.string()),
  throttleBits: z.array(z.int().nonnegative()),
  /** What watching the servers cost on their machine: the agents' CPU time by the time that they watched, of one core. */
  agentCpuShare: z.number().nonnegative().optional(),
  /** The largest resident set of an agent. */
  agentRssBytes: z.int().nonnegative().optional(),
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
  const cost = agentCost([...trials.values()].map((samples) => samples.map(({ line }) => line)));
  return {
    ...(temperature !== undefined && { temperatureCelsius: temperature }),
    ...(clock !== undefined && { clockHertz: clock }),
    governors: distinct(all.map(({ machine }) => machine.governor)),
    throttleBits: distinct(all.map(({ machine }) => machine.throttleBits)),
    ...cost,
  };
}

/** Between the first sample of each trial and its last: what an agent takes to start is not the price of watching. */
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
