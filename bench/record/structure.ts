import { isDeepStrictEqual } from 'node:util';
import type { Located } from './lines.ts';
import { type Entry, type EntryOf, plannedTrialOf } from './record.ts';

/** What is wrong with a line. */
export interface Fault {
  line: number;
  what: string;
}

/**
 * The first line that is a line of a record by itself, and cannot have been written where it stands. A run that was
 * killed, gone on with or measured elsewhere has none of these. Pure.
 */
export function firstFault(located: readonly Located[]): Fault | undefined {
  const checker = new StructureChecker();
  for (const { line, entry } of located) {
    const what = checker.objection(entry);
    if (what !== undefined) return { line, what };
  }
  return undefined;
}

interface TrialState {
  search: string | undefined;
  end: EntryOf<'trialEnd'> | undefined;
  /** The last hold of each number of clients: it decides, however often a step was held. */
  holds: Map<number, EntryOf<'step'>['step']['verdict']>;
  /** What each clock said last. */
  clocks: Map<string, number>;
}

/** A record as far as it has been read. */
class StructureChecker {
  /** Trials that count, by name. */
  readonly #trials = new Map<string, TrialState>();
  /** These, and what was abandoned. */
  readonly #startedTrials = new Set<string>();
  readonly #searches = new Set<string>();
  #hasRun = false;
  #hasEnded = false;

  objection(entry: Entry): string | undefined {
    if (this.#hasEnded && entry.type !== 'resume') return 'it comes after the end of the run';
    switch (entry.type) {
      case 'run':
        if (this.#hasRun) return 'it begins another run';
        this.#hasRun = true;
        return undefined;
      case 'end':
        this.#hasEnded = true;
        return undefined;
      case 'resume':
        return this.#checkResume(entry);
      case 'trial':
        return this.#checkTrial(entry);
      case 'search':
        return this.#checkSearch(entry);
      case 'spool':
        return this.#startedTrials.has(entry.trial) ? undefined : notBegun(entry);
      default:
        return 'trial' in entry ? this.#checkTrialLine(entry) : undefined;
    }
  }

  #checkResume({ abandoned }: EntryOf<'resume'>): undefined {
    this.#hasEnded = false;
    for (const planned of abandoned) {
      this.#searches.delete(planned);
      for (const trial of this.#trials.keys()) if (plannedTrialOf(trial) === planned) this.#trials.delete(trial);
    }
  }

  #checkTrial({ trial, search, monotonicMilliseconds }: EntryOf<'trial'>): string | undefined {
    if (this.#trials.has(trial)) return `it begins ${trial} a second time`;
    const clocks = new Map([['harness', monotonicMilliseconds]]);
    this.#trials.set(trial, { search, end: undefined, holds: new Map(), clocks });
    this.#startedTrials.add(trial);
    return undefined;
  }

  #checkTrialLine(entry: Extract<Entry, { trial: string }>): string | undefined {
    const begun = this.#trials.get(entry.trial);
    if (begun === undefined) return notBegun(entry);
    if (entry.type === 'trialEnd') {
      if (begun.end !== undefined) return `it ends ${entry.trial} a second time`;
      begun.end = entry;
    }
    if (entry.type === 'step') begun.holds.set(entry.step.observation.clientsRequested, entry.step.verdict);
    for (const [clock, milliseconds] of timesOf(entry)) {
      if (milliseconds < (begun.clocks.get(clock) ?? 0)) {
        return `by the clock of the ${clock} it is earlier than a line of ${entry.trial} before it`;
      }
      begun.clocks.set(clock, milliseconds);
    }
    return undefined;
  }

  /** What was not held need not have a step: clients that cannot even connect are never counted in one. */
  #checkSearch({ search, clients, failedClients, stop }: EntryOf<'search'>): string | undefined {
    if (this.#searches.has(search)) return `it gives ${search} a second result`;
    this.#searches.add(search);
    const attempts = [...this.#trials.values()].filter(
      (one) => one.search === search && one.end?.outcome === 'complete',
    );
    const passed = attempts.flatMap(({ holds }) => [...holds].flatMap(([at, how]) => (how === 'passed' ? [at] : [])));
    const held = Math.max(0, ...passed);
    if (clients !== held) return `it says that ${search} held ${clients} clients, and the steps held ${held}`;
    if (failedClients !== undefined && failedClients <= held) {
      return `it says that ${search} did not hold ${failedClients} clients, and the steps held ${held}`;
    }
    const isItsOwn = attempts.some(({ end }) => end?.outcome === 'complete' && isDeepStrictEqual(end.stop, stop));
    return isItsOwn ? undefined : `it says that ${search} was stopped by what stopped none of its attempts`;
  }
}

function notBegun({ trial }: { trial: string }): string {
  return `no line before it begins ${trial}`;
}

/** By which clock a line was written, and when. No two of them are compared: they may be of several machines. */
function timesOf(entry: Entry): [clock: string, milliseconds: number][] {
  if (entry.type === 'mark') return [['harness', entry.monotonicMilliseconds]];
  if (entry.type === 'fleet') {
    return 'monotonicMilliseconds' in entry.line
      ? [[`fleet process ${entry.process}`, entry.line.monotonicMilliseconds]]
      : [];
  }
  if (entry.type !== 'server' || entry.line.type === 'failed') return [];
  const { line } = entry;
  return [
    ['agent', line.monotonicMilliseconds],
    ...(line.type === 'server' && line.line.type === 'counters'
      ? [['server', line.line.monotonicMilliseconds] satisfies [string, number]]
      : []),
  ];
}
