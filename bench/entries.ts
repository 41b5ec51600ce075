import type { Entry, EntryOf } from './record.ts';

export function ofType<Type extends Entry['type']>(entries: Entry[], type: Type): EntryOf<Type>[] {
  return entries.filter((entry): entry is EntryOf<Type> => entry.type === type);
}

/** The raw entries of one attempt. */
export function trialEntries(entries: Entry[], trial: string): Entry[] {
  return entries.filter((entry) => 'trial' in entry && entry.trial === trial);
}
