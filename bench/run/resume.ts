import { readFileSync, readlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { AgentLine } from '../../servers/contract/agent.ts';
import { BenchError } from '../errors.ts';
import { agentName } from '../host/agent-host.ts';
import type { HostOpener } from '../host/host.ts';
import { planTrials } from '../plan/plan.ts';
import { ofType } from '../record/entries.ts';
import type { Environment } from '../record/environment.ts';
import { readAllEntries } from '../record/file.ts';
import { type Entry, type EntryOf, plannedTrialOf, withoutAbandoned } from '../record/record.ts';

/** The pid that record/upgrade.ts gives to records of version 2, which hold none. */
const pidOfOlderRecord = 0;

/** Fields of the environment that must not change within a run: its figures belong to one program on one machine. */
const fixedFields = [
  'hostname',
  'architecture',
  'kernel',
  'node',
  'openssl',
  'packages',
  'commit',
  'modified',
  'openFilesLimit',
] as const;

/** A run that can be resumed. */
export interface Unfinished {
  directory: string;
  /** Its record without abandoned trials. */
  entries: Entry[];
  /** Its record with abandoned trials. */
  allEntries: Entry[];
}

/**
 * Ids of planned trials that need no more work: searches with a result and no failed attempt, and other complete
 * trials.
 */
export function finishedTrials(entries: readonly Entry[]): Set<string> {
  const broken = new Set(
    entries.flatMap((entry) =>
      entry.type === 'trialEnd' && entry.outcome === 'failed' ? [plannedTrialOf(entry.trial)] : [],
    ),
  );
  return new Set(
    entries.flatMap((entry) => {
      if (entry.type === 'search') return broken.has(entry.search) ? [] : [entry.search];
      return entry.type === 'trialEnd' && entry.outcome === 'complete' && !isAttempt(entry.trial)
        ? [plannedTrialOf(entry.trial)]
        : [];
    }),
  );
}

function isCalibration(trial: string): boolean {
  return trial.startsWith('calibration-');
}

/** Attempts of a search end in a number ("/2"); a repetition of a void trial ends in a word ("/again"). */
function isAttempt(trial: string): boolean {
  return /\/\d+/.test(trial);
}

/** Ids of planned trials that were begun and must run again. Calibration trials count only when all have finished. */
export function abandonedTrials(entries: readonly Entry[]): string[] {
  const isCalibrated = entries.some(({ type }) => type === 'calibration');
  const finished = new Set([...finishedTrials(entries)].filter((trial) => isCalibrated || !isCalibration(trial)));
  const begun = new Set(entries.flatMap((entry) => (entry.type === 'trial' ? [plannedTrialOf(entry.trial)] : [])));
  return [...begun].filter((trial) => !finished.has(trial));
}

/**
 * The agents' lines that are missing in the record: they were said after the connection was lost, and spooled on the
 * other machine. Pure.
 *
 * @param allEntries the record with abandoned trials, because a trial may have begun twice and its lines may have been
 * fetched already.
 * @param spooled all lines of each agent, by `agentName` of the trial; the lines that had arrived come first.
 */
export function fetchedEntries(
  allEntries: readonly Entry[],
  spooled: ReadonlyMap<string, readonly AgentLine[]>,
): EntryOf<'spool'>[] {
  const arrived = new Map<string, number>();
  for (const entry of allEntries) {
    if (entry.type === 'trial') arrived.set(entry.trial, 0);
    else if (entry.type === 'server' || entry.type === 'spool') {
      arrived.set(entry.trial, (arrived.get(entry.trial) ?? 0) + 1);
    }
  }
  return [...arrived].flatMap(([trial, lines]) =>
    (spooled.get(agentName(trial)) ?? []).slice(lines).map((line) => ({ type: 'spool' as const, trial, line })),
  );
}

/**
 * Reads the record of a run that is to be resumed.
 *
 * @param environment of this machine now.
 * @param fleet names of the machines that the fleet would run on now, besides this one.
 * @throws BenchError RECORD_UNREADABLE
 * @throws BenchError RESUME_REFUSED when the machines or the software differ, when the run is complete, or while it
 * still runs.
 */
export async function readUnfinished(
  directory: string,
  environment: Environment,
  { address, isSameMachine }: Pick<HostOpener, 'address' | 'isSameMachine'>,
  fleet: readonly string[] = [],
): Promise<Unfinished> {
  const allEntries = await readAllEntries(directory);
  const entries = withoutAbandoned(allEntries);
  const [run] = ofType(entries, 'run');
  const pid = entries.findLast((entry) => entry.type === 'run' || entry.type === 'resume')?.pid;
  if (run === undefined || pid === undefined) throw refused(`${directory} holds no run: name the folder of a run`);
  if (pid === pidOfOlderRecord)
    throw refused('an earlier release wrote this record: resume it with that release, or start a new run');
  for (const name of fixedFields) {
    const [begun, now] = [run.environment[name], environment[name]].map((value) => JSON.stringify(value) ?? 'unknown');
    if (begun === now) continue;
    throw refused(
      `the run began with ${name} ${begun}, which is now ${now}: resume it where it began, or start a new run`,
    );
  }
  if (run.host.address !== address || run.host.isSameMachine !== isSameMachine) {
    const [ran, would] = [describeHost(run.host), describeHost({ address, isSameMachine })];
    throw refused(`the run's servers ran ${ran} and would now run ${would}: give the same --target as before, or none`);
  }
  const [were, are] = [run.host.fleet ?? [], fleet].map((names) => names.toSorted().join(', ') || 'no other machine');
  if (were !== are) {
    throw refused(
      `the run's fleet ran here and on ${were}, and would now run here and on ${are}: give the same --fleet`,
    );
  }
  if (isUnended(entries) && isHarness(pid)) {
    throw refused(`the run is still active in process ${pid}: wait until that process ends, or stop it`);
  }
  const finished = finishedTrials(entries);
  if (planTrials(run.config).every(({ id }) => finished.has(id)) && isComplete(entries)) {
    throw refused('this run is already complete');
  }
  return { directory, entries, allEntries };
}

function describeHost({ address, isSameMachine }: Pick<HostOpener, 'address' | 'isSameMachine'>): string {
  return isSameMachine ? 'on this machine' : `at ${address}`;
}

/** The kernel may have given the pid to another program, so its command line must name cli.ts, relative to its cwd. */
function isHarness(pid: number): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const folder = readlinkSync(`/proc/${pid}/cwd`);
    return words.some((word) => resolve(folder, word) === join(import.meta.dirname, '..', 'cli.ts'));
  } catch {
    return false;
  }
}

function isUnended(entries: readonly Entry[]): boolean {
  return entries.at(-1)?.type !== 'end';
}

/** All trials being finished is not enough: a run without trials may have been cut off while it built servers. */
function isComplete(entries: readonly Entry[]): boolean {
  const last = entries.at(-1);
  return last?.type === 'end' && last.outcome === 'complete';
}

function refused(why: string): BenchError {
  return new BenchError('RESUME_REFUSED', `cannot resume: ${why}`);
}
