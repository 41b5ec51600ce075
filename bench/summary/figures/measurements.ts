import type { ContenderKey } from '../../plan/contenders.ts';
import type { PhaseName } from '../../plan/names.ts';
import { kneeOf } from '../../record/arrival-step.ts';
import { objection } from '../../record/check.ts';
import { completeTrials, ofType, trialEntries } from '../../record/entries.ts';
import type { HttpsRate } from '../../record/https-rate.ts';
import type { Entry, EntryOf } from '../../record/record.ts';
import type { Observation } from '../../record/step.ts';
import { cutMemoryTrial, type MemoryTrial } from './memory-trial.ts';

/** The sources of figures. A figure takes one value from each item. */
export interface Items {
  build: EntryOf<'build'>;
  bundle: EntryOf<'bundle'>;
  executable: EntryOf<'executable'>;
  memory: MemoryTrial;
  connected: EntryOf<'search'>;
  sending: EntryOf<'search'>;
  /** One per search: the observation with the most sending clients that it held. */
  mostSending: Observation | undefined;
  /** One per trial: the last rate that the server kept up with. */
  arrivals: ReturnType<typeof kneeOf>;
  https: HttpsRate[];
}

export type Source = keyof Items;

/** The phase in which each source is measured. */
export const phaseOf = {
  build: 'build',
  bundle: 'build',
  executable: 'build',
  memory: 'memory',
  connected: 'connected',
  sending: 'sending',
  mostSending: 'sending',
  arrivals: 'arrivals',
  https: 'https',
} as const satisfies Record<Source, PhaseName>;

/** Everything that a record holds about one contender, by source, and why a figure of that source is absent. */
export type Measurements = { [From in Source]: { items: Items[From][]; none: string } };

/** Collects the items of each source. Trials that failed or were void give none. Pure. */
export function measurementsOf(entries: readonly Entry[], contender: ContenderKey): Measurements {
  const isOwn = (entry: { contender: string }) => entry.contender === contender;
  const executables = ofType(entries, 'executable').filter(isOwn);
  const trials = Object.groupBy(ofType(entries, 'trial').filter(isOwn), ({ phase }) => phase);
  const ofPhase = (phase: keyof typeof trials) => {
    const all = (trials[phase] ?? []).map(({ trial }) => trialEntries(entries, trial));
    return { complete: all.filter((trial) => completeTrials(trial).size > 0), failure: whyIncomplete(all) };
  };
  const searches = (phase: 'connected' | 'sending') => ({
    items: ofType(entries, 'search').filter((entry) => entry.phase === phase && isOwn(entry)),
    none: ofPhase(phase).failure ?? 'no search was finished',
  });
  const [memory, arrivals, https] = [ofPhase('memory'), ofPhase('arrivals'), ofPhase('https')];
  const sending = searches('sending');
  const noMemory = memory.complete.length > 0 ? 'was long enough for it' : 'was finished';
  return {
    build: { items: ofType(entries, 'build').filter(isOwn), none: 'not built' },
    bundle: { items: ofType(entries, 'bundle').filter(isOwn), none: 'not built' },
    executable: {
      items: executables,
      none: executables.find(({ failure }) => failure !== undefined)?.failure ?? 'not built',
    },
    memory: { items: memory.complete.map(cutMemoryTrial), none: memory.failure ?? `no memory trial ${noMemory}` },
    connected: searches('connected'),
    sending,
    mostSending: {
      items: sending.items.map((found) => heldObservation(entries, found)),
      none: 'no step with sending clients passed',
    },
    arrivals: {
      items: arrivals.complete.map((trial) => kneeOf(ofType(trial, 'arrival').map(({ step }) => step))),
      none: arrivals.failure ?? 'no rate of arrivals passed',
    },
    https: {
      items: https.complete.map((trial) => ofType(trial, 'https').map(({ rate }) => rate)),
      none: https.failure ?? 'no HTTPS trial was finished',
    },
  };
}

/** Why the last trial failed or was void; undefined when it was complete. */
function whyIncomplete(trials: Entry[][]): string | undefined {
  const last = trials.flatMap((trial) => ofType(trial, 'trialEnd')).at(-1);
  if (last?.outcome === 'failed') return last.message;
  if (last?.outcome !== 'void') return undefined;
  return `void: ${last.audit.filter((check) => !check.isMet).map(objection)[0]}`;
}

/** The observation with the most clients that this search held. */
function heldObservation(entries: readonly Entry[], { search, clients }: EntryOf<'search'>): Observation | undefined {
  const ofSearch = ofType(entries, 'trial').filter((entry) => entry.search === search);
  const attempts = new Set(ofSearch.map(({ trial }) => trial)).intersection(completeTrials(entries));
  return ofType(entries, 'step').findLast(
    ({ trial, step }) =>
      attempts.has(trial) && step.verdict === 'passed' && step.observation.clientsRequested === clients,
  )?.step.observation;
}
