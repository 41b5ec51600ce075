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

/** What an older record is given in place of a process number (record/upgrade.ts). */
const pidOfOlderRecord = 0;

/** Figures of one run are of one program on one machine. */
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

/** A run that did not come to its end. */
export interface Unfinished {
  directory: string;
  /** What its record holds so far. */
  entries: Entry[];
  /** And all that it holds of what was abandoned. */
  allEntries: Entry[];
}

/** Planned trials of which nothing is missing: a search that has its result, none of its attempts having broken off, or any other trial that was complete. */
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

/** Of a search; one that is made again because it was void has a word there. */
function isAttempt(trial: string): boolean {
  return /\/\d+/.test(trial);
}

/** Trials that were begun, and have to be made anew. Those of the calibration count together, or not at all. */
export function abandonedTrials(entries: readonly Entry[]): string[] {
  const isCalibrated = entries.some(({ type }) => type === 'calibration');
  const finished = new Set([...finishedTrials(entries)].filter((trial) => isCalibrated || !isCalibration(trial)));
  const begun = new Set(entries.flatMap((entry) => (entry.type === 'trial' ? [plannedTrialOf(entry.trial)] : [])));
  return [...begun].filter((trial) => !finished.has(trial));
}

/**
 * Of what agents kept on another machine, the lines that had not arrived before the connection was lost. Pure.
 *
 * @param whole the record with all that was abandoned: a trial may have been begun before, and its lines been fetched.
 * @param spooled by `agentName` of the trial, from the first line on: those that had arrived are the first of them.
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
 * Reads the record of a run to go on with.
 *
 * @param host the machine that servers would run on now.
 * @param fleet names of the machines that the fleet would run on now, besides this one.
 * @throws BenchError RECORD_UNREADABLE; RESUME_REFUSED when the rest of it would not be of the same thing, when nothing
 * is missing, or while it still goes on.
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
  if (run === undefined || pid === undefined) throw refused(`${directory} holds no run: name the folder of one`);
  if (pid === pidOfOlderRecord) throw refused('an earlier release began it: go on with that one, or begin a new run');
  for (const name of fixedFields) {
    const [begun, now] = [run.environment[name], environment[name]].map((value) => JSON.stringify(value) ?? 'unknown');
    if (begun === now) continue;
    throw refused(`it was begun with ${name} ${begun}, and this is ${now}: go on there, or begin a new run`);
  }
  if (run.host.address !== address || run.host.isSameMachine !== isSameMachine) {
    const [ran, would] = [describeHost(run.host), describeHost({ address, isSameMachine })];
    throw refused(`its servers ran ${ran}, and now they would ${would}: name the same --target, or none again`);
  }
  const [were, are] = [run.host.fleet ?? [], fleet].map((names) => names.toSorted().join(', ') || 'no other machine');
  if (were !== are) {
    throw refused(`its fleet ran here and on ${were}, and now it would on ${are}: name the same --fleet`);
  }
  if (isUnended(entries) && isHarness(pid)) {
    throw refused(`process ${pid} is still at it: wait for its end, or stop it`);
  }
  const finished = finishedTrials(entries);
  if (planTrials(run.config).every(({ id }) => finished.has(id)) && isComplete(entries)) {
    throw refused('nothing of it is missing');
  }
  return { directory, entries, allEntries };
}

function describeHost({ address, isSameMachine }: Pick<HostOpener, 'address' | 'isSameMachine'>): string {
  return isSameMachine ? 'on this machine' : `at ${address}`;
}

/** Another process may have got its number since. A script is named from where it was started. */
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

/** One without a trial may have broken off while servers were built. */
function isComplete(entries: readonly Entry[]): boolean {
  const last = entries.at(-1);
  return last?.type === 'end' && last.outcome === 'complete';
}

function refused(why: string): BenchError {
  return new BenchError('RESUME_REFUSED', `this run cannot be gone on with: ${why}`);
}
