import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '../errors.ts';
import type { Raise, Sysctl } from './mend.ts';
import { isTooLow, type Preflight } from './preflight.ts';
import {
  type Claim,
  otherClaims,
  ownPath,
  readOwnClaim,
  removeOwnClaim,
  type TunedValue,
  takeOver,
  writeOwnClaim,
} from './tune-state.ts';

export interface TuneOptions {
  results: readonly Preflight[];
  /** Begins the names of the files that remember what was raised: see tune-state.ts. */
  stateFile: string;
  isRoot?: boolean;
  /** Of the sysctls. */
  root?: string;
}

export interface Tuning {
  raised: { sysctl: Sysctl; from: string; to: string }[];
  /** A sentence each. */
  warnings: string[];
}

const defaultRoot = '/proc/sys';

/**
 * Raises the sysctls of this machine that the plans need, and lowers none. What they were is on the disk before the first
 * is changed, for `restore`. Everything here is synchronous, so that it can be done at the last moment of a process.
 */
export function tune({ results, stateFile, root = defaultRoot, ...options }: TuneOptions): Tuning {
  const wanted = raisesHere(results);
  const isRoot = options.isRoot ?? process.geteuid?.() === 0;
  if (wanted.length === 0) return { raised: [], warnings: [] };
  if (!isRoot) {
    const names = [...new Set(wanted.map(({ sysctl }) => sysctl))].join(', ');
    return nothing(`--tune raised nothing, because it takes root: run it with sudo, or raise ${names} yourself`);
  }
  const warnings = restore(stateFile, root);
  try {
    mkdirSync(dirname(stateFile), { recursive: true });
    // What a run before could not put back is still written down, and must not be written over.
    if (readOwnClaim(stateFile) !== undefined) return { raised: [], warnings };
    writeOwnClaim(stateFile, []);
    const others = otherClaims(stateFile);
    if (others.length > 0) {
      removeOwnClaim(stateFile);
      return nothing(...warnings, ...others.map((claim) => `--tune raised nothing: ${describe(claim)}`));
    }
    const values = plannedValues(wanted, root);
    if (values.length === 0) {
      removeOwnClaim(stateFile);
      return { raised: [], warnings };
    }
    writeOwnClaim(stateFile, values);
    return raise(values, root, warnings);
  } catch (error) {
    return nothing(
      ...warnings,
      `--tune raised nothing, because what was before could not be kept in ${ownPath(stateFile)} (${messageOf(error)})`,
    );
  }
}

/**
 * Puts back what this process has raised, and what runs did that have crashed since. What somebody else has changed
 * meanwhile is left alone, and so is what a run that still goes on has raised.
 *
 * @returns what could not be put back, a sentence each.
 */
export function restore(stateFile: string, root = defaultRoot): string[] {
  const warnings: string[] = [];
  try {
    warnings.push(...restoreOwn(stateFile, root));
    for (const claim of otherClaims(stateFile)) {
      // Ours is still there when something could not be put back: one after the other.
      if (claim.isRunning || readOwnClaim(stateFile) !== undefined) continue;
      if (takeOver(stateFile, claim)) warnings.push(...restoreOwn(stateFile, root));
    }
  } catch (error) {
    warnings.push(
      `sysctls that a run has raised were not put back, because ${stateFile}.* could not be used (${messageOf(error)}): run the suite once more as root, or see there what they were and delete it`,
    );
  }
  return warnings;
}

function restoreOwn(stateFile: string, root: string): string[] {
  const values = readOwnClaim(stateFile);
  if (values === undefined) return [];
  const warnings: string[] = [];
  const left = values.toReversed().filter(({ sysctl, old, ours }) => {
    const now = read(sysctl, root);
    if (now === old) return false;
    if (now !== ours) {
      warnings.push(
        `${sysctl} is ${now ?? 'gone'}, and was neither ${old} before the run nor ${ours} in it: it is left alone`,
      );
      return false;
    }
    const failure = write(sysctl, old, root);
    if (failure === undefined) return false;
    warnings.push(`${sysctl} could not be put back to ${old} (${failure}): run the suite once more as root`);
    return true;
  });
  if (left.length === 0) removeOwnClaim(stateFile);
  else writeOwnClaim(stateFile, left.toReversed());
  return warnings;
}

function raise(values: TunedValue[], root: string, warnings: string[]): Tuning {
  const tuning: Tuning = { raised: [], warnings };
  for (const { sysctl, old, ours } of values) {
    const failure = write(sysctl, ours, root);
    if (failure === undefined) {
      tuning.raised.push({ sysctl, from: old, to: ours });
      continue;
    }
    tuning.warnings.push(`${sysctl} could not be raised from ${old} to ${ours} (${failure})`);
    // Whatever else it is now, nobody would know it as ours later.
    if (read(sysctl, root) !== old) write(sysctl, old, root);
  }
  return tuning;
}

function raisesHere(results: readonly Preflight[]): Raise[] {
  return results.flatMap(({ ceilings, advice, isSameMachine }) =>
    [...ceilings.filter(isTooLow), ...advice]
      .filter(({ host }) => isSameMachine || host === 'fleet')
      .flatMap((one) => one.raise ?? []),
  );
}

/** Each sysctl once, with the most that any plan wants of it. What is high enough, or does not exist, is left out. */
function plannedValues(wanted: Raise[], root: string): TunedValue[] {
  const bySysctl = Map.groupBy(wanted, ({ sysctl }) => sysctl);
  return [...bySysctl].flatMap(([sysctl, raises]) => {
    const old = read(sysctl, root);
    if (old === undefined) return [];
    const ours = raises.reduce((value, { value: other }) => higher(value, other), old);
    return ours === old ? [] : [{ sysctl, old, ours }];
  });
}

/** The greater number; of two ranges the one that holds both. */
function higher(value: string, other: string): string {
  const [low = 0, high] = value.split(' ').map(Number);
  const [otherLow = 0, otherHigh] = other.split(' ').map(Number);
  if (high === undefined || otherHigh === undefined) return otherLow > low ? other : value;
  return `${Math.min(low, otherLow)} ${Math.max(high, otherHigh)}`;
}

function read(sysctl: Sysctl, root: string): string | undefined {
  try {
    return readFileSync(fileOf(sysctl, root), 'utf8').trim().replaceAll(/\s+/g, ' ');
  } catch {
    return undefined;
  }
}

/** Why the value is not what was written; undefined when it is. */
function write(sysctl: Sysctl, value: string, root: string): string | undefined {
  try {
    writeFileSync(fileOf(sysctl, root), value);
  } catch (error) {
    return messageOf(error);
  }
  const now = read(sysctl, root);
  return now === value ? undefined : `the kernel made it ${now}`;
}

function fileOf(sysctl: Sysctl, root: string): string {
  return join(root, sysctl.replaceAll('.', '/'));
}

function describe({ pid, isRunning }: Claim): string {
  return isRunning
    ? `another run (process ${pid}) goes on, and has raised sysctls for itself`
    : `what the run of process ${pid} has raised could not be put back first`;
}

function nothing(...warnings: string[]): Tuning {
  return { raised: [], warnings };
}
