import type { Cause } from '../record/causes.ts';
import type { Symptom } from '../record/step.ts';
import type { Evidence, Finding } from './evidence.ts';

/** What a cause can explain: how a step failed, that the server ended, or that clients had not come when time was up. */
export type Effect = Symptom | 'end' | 'time';

export interface Rule {
  cause: Cause;
  explains: readonly Effect[];
  find(evidence: Evidence): Finding | undefined;
}

/** The share of a limit from which a count is taken to have reached it. */
export const nearlyAll = 0.99;
/** The busy share from which a loop, or all cores, are taken to be saturated. */
export const saturated = 0.95;
