import type { ContenderKey } from '../plan/contenders.ts';
import type { Entry } from '../record/record.ts';
import type { Verdict } from '../record/verdict.ts';
import { buildEntries, memoryEntries, rateEntries, searchEntries } from './runs.ts';

/** Numbers of clients at which a search passed, and what stopped it at the next one. */
type Search = [passedAt: number[], stop: Verdict];

interface Searches {
  connected: Search;
  sending: Search;
  number?: number;
}

/** All entries of one contender, phase by phase: one build, and one trial of each kind. */
export function contenderEntries(contender: ContenderKey, { connected, sending, number = 1 }: Searches): Entry[] {
  return [
    ...buildEntries(contender, [[1_000, 200]]),
    ...memoryEntries(contender, number),
    ...searchEntries('connected', contender, ...connected, number),
    ...searchEntries('sending', contender, ...sending, number),
    ...rateEntries(contender, number),
  ];
}
