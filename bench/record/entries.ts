import type { Entry, EntryOf } from './record.ts';

export function ofType<Type extends Entry['type']>(entries: readonly Entry[], type: Type): EntryOf<Type>[] {
  return entries.filter((entry): entry is EntryOf<Type> => entry.type === type);
}

/** Ids of trials that finished and passed their audit; figures of other trials count nowhere. */
export function completeTrials(entries: readonly Entry[]): Set<string> {
  return new Set(ofType(entries, 'trialEnd').flatMap(({ trial, outcome }) => (outcome === 'complete' ? [trial] : [])));
}

/** All entries of one trial or attempt. */
export function trialEntries(entries: readonly Entry[], trial: string): Entry[] {
  return entries.filter((entry) => 'trial' in entry && entry.trial === trial);
}
