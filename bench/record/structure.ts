import { isDeepStrictEqual } from 'node:util';
import type { Located } from './lines.ts';
import { type Entry, type EntryOf, plannedTrialOf } from './record.ts';

/** A line, from 1, and what is wrong with it. */
export interface Fault {
  line: number;
  what: string;
}

/**
 * Finds the first line that is valid by itself but cannot follow the lines before it. Records of killed, resumed and
 * remote runs have no such line. Pure.
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
  /** Verdict of the last hold of each number of clients, which decides the step. */
  holds: Map<number, EntryOf<'step'>['step']['verdict']>;
  /** The latest time of each clock. */
  clocks: Map<string, number>;
}

/** Checks entries one by one against those before them. */
class StructureChecker {
  /** Trials that count, by id. */
  readonly #trials = new Map<string, TrialState>();
  /** Ids of all trials that began, including abandoned ones. */
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

  /** `failedClients` needs no step, because clients that cannot connect at all never reach a hold. */
  #checkSearch({ search, clients, failedClients, stop }: EntryOf<'search'>): string | undefined {
    if (this.#searches.has(search)) return `it gives ${search} a second result`;
    this.#searches.add(search);
    const attempts = [...this.#trials.values()].filter(
      (one) => one.search === search && one.end?.outcome === 'complete',
    );
    const passed = attempts.flatMap(({ holds }) => [...holds].flatMap(([at, how]) => (how === 'passed' ? [at] : [])));
    const held = Math.max(0, ...passed);
    if (clients !== held) return `it says that ${search} held ${clients} clients, but its steps held ${held}`;
    if (failedClients !== undefined && failedClients <= held) {
      return `it says that ${search} did not hold ${failedClients} clients, but its steps held ${held}`;
    }
    const isItsOwn = attempts.some(({ end }) => end?.outcome === 'complete' && isDeepStrictEqual(end.stop, stop));
    return isItsOwn ? undefined : `it gives ${search} a stop cause that none of its attempts has`;
  }
}

function notBegun({ trial }: { trial: string }): string {
  return `no line before it begins ${trial}`;
}

/** Times of a line by clock. Different clocks are never compared, because they may belong to different machines. */
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
