import { ofType } from '../record/entries.ts';
import type { Entry } from '../record/record.ts';
import { latencies } from './latencies.ts';
import type { Curves } from './points.ts';
import { rampMemory } from './ramp-memory.ts';
import { timelines } from './timelines.ts';

/** Everything in a record that charts draw as curves. Pure. */
export function curvesOf(entries: readonly Entry[]): Curves {
  const contenders = ofType(entries, 'run')[0]?.config.contenders ?? [];
  return {
    rampMemory: rampMemory(entries, contenders),
    latencies: latencies(entries, contenders),
    timelines: timelines(entries, contenders),
  };
}
