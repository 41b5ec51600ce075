import type { HostLimits } from '../../servers/contract/limits.ts';
import type { Timeline } from '../host/timeline.ts';
import type { Config } from '../plan/config.ts';
import type { Cause } from '../record/causes.ts';
import type { Step, Symptom } from '../record/step.ts';

/**
 * How one cause is found. `causes.ts` in `bench/record` says in words what it rests on. The folder `rules` has one list of
 * rules per kind of evidence, and `diagnose.ts` puts the lists together.
 */
export interface CauseRule {
  cause: Cause;
  /** The rule is asked only when one of these has to be explained. */
  explains: readonly Effect[];
  find(evidence: Evidence): Sign | undefined;
}

/** What a cause can explain: how a step failed, that the server ended, or that the time was up before all clients came. */
export type Effect = Symptom | 'end' | 'time';

/** What a rule finds: when it first showed, a sentence, and the numbers that were read. */
export interface Sign {
  atMilliseconds: number;
  detail: string;
  numbers: Record<string, number | string>;
}

/** Everything known when a search stops. Times are in milliseconds of the harness's clock. */
export interface Evidence {
  config: Pick<Config, 'linkMegabitsPerSecond' | 'reportMilliseconds'> & {
    ramp: Pick<Config['ramp'], 'connectTimeoutMilliseconds'>;
  };
  /** The limits of the machine that the server ran on. */
  limits: HostLimits;
  timeline: Pick<Timeline, 'samples' | 'counters' | 'fleet' | 'guard' | 'end'>;
  /** The last step that was judged; absent when none was. */
  step: Step | undefined;
  /** When clients began to connect for the last step. */
  connectingAt: number;
  /** When its hold began; absent when the step did not get there. */
  holdingAt: number | undefined;
  /** When the time for the search was up; absent when it was not. */
  timeIsUpAt: number | undefined;
  now: number;
  /** The first ceiling that the limits of the machines predict, as a sentence. */
  predicted?: string | undefined;
}

/** A count at this share of its limit has reached it. */
export const nearlyAll = 0.99;
/** An event loop, or all cores together, at this busy share are saturated. */
export const saturated = 0.95;
