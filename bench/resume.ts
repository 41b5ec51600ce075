import { readFileSync, readlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ofType } from './entries.ts';
import type { Environment } from './environment.ts';
import { BenchError } from './errors.ts';
import { planTrials } from './plan.ts';
import { type Entry, plannedOf } from './record.ts';
import { readRecord } from './record-file.ts';

/** What an older record is given in place of a process number (record-upgrade.ts). */
const writtenBefore = 0;

/** Figures of one run are of one program on one machine. */
const sameThroughout = [
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
}

/** Planned trials of which nothing is missing: a search that has its result, none of its attempts having broken off, or any other trial that was complete. */
export function finishedTrials(entries: readonly Entry[]): Set<string> {
  const broken = new Set(
    entries.flatMap((entry) =>
      entry.type === 'trialEnd' && entry.outcome === 'failed' ? [plannedOf(entry.trial)] : [],
    ),
  );
  return new Set(
    entries.flatMap((entry) => {
      if (entry.type === 'search') return broken.has(entry.search) ? [] : [entry.search];
      return entry.type === 'trialEnd' && entry.outcome === 'complete' && !isAttempt(entry.trial)
        ? [plannedOf(entry.trial)]
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
  const begun = new Set(entries.flatMap((entry) => (entry.type === 'trial' ? [plannedOf(entry.trial)] : [])));
  return [...begun].filter((trial) => !finished.has(trial));
}

/**
 * Reads the record of a run to go on with.
 *
 * @throws BenchError RECORD_UNREADABLE; RESUME_REFUSED when the rest of it would not be of the same thing, when nothing
 * is missing, or while it still goes on.
 */
export async function readUnfinished(
  directory: string,
  environment: Environment,
  address: string,
): Promise<Unfinished> {
  const entries = await readRecord(directory);
  const [run] = ofType(entries, 'run');
  const pid = entries.findLast((entry) => entry.type === 'run' || entry.type === 'resume')?.pid;
  if (run === undefined || pid === undefined) throw refused(`${directory} holds no run: name the folder of one`);
  if (pid === writtenBefore) throw refused('an earlier release began it: go on with that one, or begin a new run');
  for (const name of sameThroughout) {
    const [begun, now] = [run.environment[name], environment[name]].map((value) => JSON.stringify(value) ?? 'unknown');
    if (begun === now) continue;
    throw refused(`it was begun with ${name} ${begun}, and this is ${now}: go on there, or begin a new run`);
  }
  if (run.host.address !== address) {
    throw refused(`its servers ran at ${run.host.address}, and now they would at ${address}: name the same --target`);
  }
  if (isUnended(entries) && isHarness(pid)) {
    throw refused(`process ${pid} is still at it: wait for its end, or stop it`);
  }
  const finished = finishedTrials(entries);
  if (planTrials(run.config).every(({ id }) => finished.has(id)) && !isUnended(entries)) {
    throw refused('nothing of it is missing');
  }
  return { directory, entries };
}

/** Another process may have got its number since. A script is named from where it was started. */
function isHarness(pid: number): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const folder = readlinkSync(`/proc/${pid}/cwd`);
    return words.some((word) => resolve(folder, word) === join(import.meta.dirname, 'cli.ts'));
  } catch {
    return false;
  }
}

function isUnended(entries: readonly Entry[]): boolean {
  return entries.at(-1)?.type !== 'end';
}

function refused(why: string): BenchError {
  return new BenchError('RESUME_REFUSED', `this run cannot be gone on with: ${why}`);
}
