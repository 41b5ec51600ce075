import type { CountersLine } from '../../servers/contract/lines.ts';
import type { ContenderKey } from '../plan/contenders.ts';
import type { PhaseName } from '../plan/names.ts';
import { completeTrials, ofType, trialEntries } from '../record/entries.ts';
import type { Entry, EntryOf } from '../record/record.ts';

/** Phases in which the number of clients rises. */
export type RampPhase = Extract<PhaseName, 'connected' | 'sending'>;

/** One complete attempt of a search, with all its entries in the order of the record. */
export interface Attempt {
  trial: string;
  entries: readonly Entry[];
}

/** The complete attempts of each search of a contender: an empty list for a search without any. */
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
 * The first attempt of the first search where that is complete. It goes through all steps on one server. An attempt that
 * was void may have been repeated (`/again`).
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

/** The open clients, as the server counts them. */
export function clientsOpen({ counters }: CountersLine): number {
  return counters.upgraded - counters.ended;
}
