import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '../errors.ts';
import { higher, isValueOf, type Raise, readSetting, type Setting, writeSetting } from './settings.ts';
import {
  otherStates,
  ownPath,
  readOwnState,
  removeOwnState,
  type TunedState,
  type TunedValue,
  takeOver,
  writeOwnState,
} from './state.ts';

export interface TuneOptions {
  raises: readonly Raise[];
  /** Begins the names of the files that remember what was raised: see state.ts. */
  stateFile: string;
  isRoot?: boolean;
  /** Where /proc and /sys are. */
  root?: string;
}

export interface Tuning {
  raised: { setting: Setting; from: string; to: string }[];
  /** A sentence each. */
  warnings: string[];
}

/**
 * Raises settings of this machine's kernel, and lowers none. What they were is on the disk before the first is changed,
 * for `restore`. Everything here is synchronous, so that it can be done at the last moment of a process.
 */
export function tune({ raises, stateFile, root = '/', ...options }: TuneOptions): Tuning {
  const isRoot = options.isRoot ?? process.geteuid?.() === 0;
  if (raises.length === 0) return { raised: [], warnings: [] };
  if (!isRoot) {
    const names = [...new Set(raises.map(({ setting }) => setting))].join(', ');
    return nothing(`--tune raised nothing, because it takes root: run it with sudo, or raise ${names} yourself`);
  }
  const warnings = restore(stateFile, root);
  try {
    mkdirSync(dirname(stateFile), { recursive: true });
    // What a run before could not put back is still written down, and must not be written over.
    if (readOwnState(stateFile) !== undefined) return { raised: [], warnings };
    writeOwnState(stateFile, []);
    const others = otherStates(stateFile);
    if (others.length > 0) {
      removeOwnState(stateFile);
      return nothing(...warnings, ...others.map((state) => `--tune raised nothing: ${describe(state)}`));
    }
    const values = plannedValues(raises, root);
    if (values.length === 0) {
      removeOwnState(stateFile);
      return { raised: [], warnings };
    }
    writeOwnState(stateFile, values);
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
export function restore(stateFile: string, root = '/'): string[] {
  const warnings: string[] = [];
  try {
    warnings.push(...restoreOwn(stateFile, root));
    for (const state of otherStates(stateFile)) {
      // Ours is still there when something could not be put back: one after the other.
      if (state.isRunning || readOwnState(stateFile) !== undefined) continue;
      if (state.refusal !== undefined) warnings.push(state.refusal);
      else if (takeOver(stateFile, state)) warnings.push(...restoreOwn(stateFile, root));
    }
  } catch (error) {
    warnings.push(
      `settings that a run has raised were not put back, because ${stateFile}.* could not be used (${messageOf(error)}): run the suite once more as root, or see there what they were and delete it`,
    );
  }
  return warnings;
}

function restoreOwn(stateFile: string, root: string): string[] {
  const values = readOwnState(stateFile);
  if (values === undefined) return [];
  const warnings: string[] = [];
  const left = values.toReversed().filter(({ setting, old, ours }) => {
    const now = readSetting(setting, root);
    if (now === old) return false;
    if (now !== ours) {
      warnings.push(
        `${setting} is ${now ?? 'gone'}, and was neither ${old} before the run nor ${ours} in it: it is left alone`,
      );
      return false;
    }
    const failure = writeSetting(setting, old, root);
    if (failure === undefined) return false;
    warnings.push(`${setting} could not be put back to ${old} (${failure}): run the suite once more as root`);
    return true;
  });
  if (left.length === 0) removeOwnState(stateFile);
  else writeOwnState(stateFile, left.toReversed());
  return warnings;
}

function raise(values: TunedValue[], root: string, warnings: string[]): Tuning {
  const tuning: Tuning = { raised: [], warnings };
  for (const { setting, old, ours } of values) {
    const failure = writeSetting(setting, ours, root);
    if (failure === undefined) {
      tuning.raised.push({ setting, from: old, to: ours });
      continue;
    }
    tuning.warnings.push(`${setting} could not be raised from ${old} to ${ours} (${failure})`);
    // Whatever else it is now, nobody would know it as ours later.
    if (readSetting(setting, root) !== old) writeSetting(setting, old, root);
  }
  return tuning;
}

/** Each setting once, with the most that any plan wants of it. What is high enough, or does not exist, is left out. */
function plannedValues(raises: readonly Raise[], root: string): TunedValue[] {
  const bySetting = Map.groupBy(raises, ({ setting }) => setting);
  return [...bySetting].flatMap(([setting, wanted]) => {
    const old = readSetting(setting, root);
    // What is not understood could not be put back.
    if (old === undefined || !isValueOf(setting, old)) return [];
    const ours = wanted.reduce((value, { value: other }) => higher(setting, value, other), old);
    return ours === old ? [] : [{ setting, old, ours }];
  });
}

function describe({ pid, isRunning }: TunedState): string {
  return isRunning
    ? `another run (process ${pid}) goes on, and has raised settings for itself`
    : `what the run of process ${pid} has raised could not be put back first`;
}

function nothing(...warnings: string[]): Tuning {
  return { raised: [], warnings };
}

/** Settings of a machine's kernel that were raised for the time of a run. */
export interface HeldTuning extends Tuning {
  /** Puts them back. @returns what could not be put back, a sentence each. */
  restore(): Promise<string[]>;
}
