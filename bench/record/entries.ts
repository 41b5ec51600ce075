import type { Entry, EntryOf } from './record.ts';

export function ofType<Type extends Entry['type']>(entries: readonly Entry[], type: Type): EntryOf<Type>[] {
  return entries.filter((entry): entry is EntryOf<Type> => entry.type === type);
}

/** Trials that came to their end and passed their audit: what else was measured counts nowhere. */
export function completeTrials(entries: readonly Entry[]): Set<string> {
  return new Set(ofType(entries, 'trialEnd').flatMap(({ trial, outcome }) => (outcome === 'complete' ? [trial] : [])));
}

/** The raw entries of one attempt. */
export function trialEntries(entries: readonly Entry[], trial: string): Entry[] {
  return entries.filter((entry) => 'trial' in entry && entry.trial === trial);
}
