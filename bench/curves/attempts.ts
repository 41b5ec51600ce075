import type { CountersLine } from '../../servers/contract/lines.ts';
import type { ContenderKey } from '../plan/contenders.ts';
import type { PhaseName } from '../plan/names.ts';
import { completeTrials, ofType, trialEntries } from '../record/entries.ts';
import type { Entry, EntryOf } from '../record/record.ts';

/** Phases in which the number of clients rises. */
export type RampPhase = Extract<PhaseName, 'connected' | 'sending'>;

/** One attempt of a search that counts, and all that was recorded of it, in the order in which it came. */
export interface Attempt {
  trial: string;
  entries: readonly Entry[];
}

/** The attempts of each search of a contender that are complete; a search of which none is has none. */
export function attemptsBySearch(entries: readonly Entry[], phase: RampPhase, contender: ContenderKey): Attempt[][] {
  const complete = completeTrials(entries);
  const ofPhase = searchTrials(entries, phase, contender);
  return [...Map.groupBy(ofPhase, ({ search }) => search).values()].map((trials) =>
    trials
      .filter(({ trial }) => complete.has(trial))
      .map(({ trial }) => ({ trial, entries: trialEntries(entries, trial) })),
  );
}

/**
 * The attempt that a search began with, which goes through all its steps on one server: of the first search whose
 * first attempt is complete. One that was void may have been made again.
 */
export function firstAttempt(
  entries: readonly Entry[],
  phase: RampPhase,
  contender: ContenderKey,
): Attempt | undefined {
  const complete = completeTrials(entries);
  for (const trials of Map.groupBy(searchTrials(entries, phase, contender), ({ search }) => search).values()) {
    const first = trials[0]?.trial;
    const found = trials.find(({ trial }) => complete.has(trial) && (trial === first || trial === `${first}/again`));
    if (found !== undefined) return { trial: found.trial, entries: trialEntries(entries, found.trial) };
  }
  return undefined;
}

function searchTrials(entries: readonly Entry[], phase: RampPhase, contender: ContenderKey): EntryOf<'trial'>[] {
  return ofType(entries, 'trial').filter(
    (entry) => entry.phase === phase && entry.contender === contender && entry.search !== undefined,
  );
}

/** As the server counts them. */
export function clientsOpen({ counters }: CountersLine): number {
  return counters.upgraded - counters.ended;
}
