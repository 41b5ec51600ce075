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
  /** The beginning of the names of the claims: see state.ts. */
  stateFile: string;
  isRoot?: boolean;
  /** The folder that holds /proc and /sys. */
  root?: string;
}

export interface Tuning {
  raised: { setting: Setting; from: string; to: string }[];
  /** One sentence each. */
  warnings: string[];
}

/**
 * Raises settings of this machine's kernel, and lowers none. Their old values are on the disk before the first one changes,
 * for `restore`. Everything here is synchronous, so that it still works in the last moment of a process.
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
    // A claim that could not be put back is still there, and must not be overwritten.
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
      `--tune raised nothing, because the old values could not be written to ${ownPath(stateFile)} (${messageOf(error)})`,
    );
  }
}

/**
 * Puts back what this process raised, and what crashed runs raised. Settings that have changed since are left alone, and so
 * are those of a run that is still running.
 *
 * @returns what could not be put back, one sentence each.
 */
export function restore(stateFile: string, root = '/'): string[] {
  const warnings: string[] = [];
  try {
    warnings.push(...restoreOwn(stateFile, root));
    for (const state of otherStates(stateFile)) {
      // Our own claim is still there when something could not be put back. Claims are put back one after the other.
      if (state.isRunning || readOwnState(stateFile) !== undefined) continue;
      if (state.refusal !== undefined) warnings.push(state.refusal);
      else if (takeOver(stateFile, state)) warnings.push(...restoreOwn(stateFile, root));
    }
  } catch (error) {
    warnings.push(
      `settings that a run raised were not put back, because ${stateFile}.* could not be used (${messageOf(error)}): run the suite once more as root, or read the old values there and delete the file`,
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
    // The kernel may have made it a third value, which a later restore would not recognize as ours.
    if (readSetting(setting, root) !== old) writeSetting(setting, old, root);
  }
  return tuning;
}

/** Each setting once, with the highest value that any plan wants. Settings that are high enough or absent are left out. */
function plannedValues(raises: readonly Raise[], root: string): TunedValue[] {
  const bySetting = Map.groupBy(raises, ({ setting }) => setting);
  return [...bySetting].flatMap(([setting, wanted]) => {
    const old = readSetting(setting, root);
    // A value of unknown form could not be put back.
    if (old === undefined || !isValueOf(setting, old)) return [];
    const ours = wanted.reduce((value, { value: other }) => higher(setting, value, other), old);
    return ours === old ? [] : [{ setting, old, ours }];
  });
}

function describe({ pid, isRunning }: TunedState): string {
  return isRunning
    ? `another run (process ${pid}) is running, and has raised settings for itself`
    : `settings that the run of process ${pid} raised could not be put back first`;
}

function nothing(...warnings: string[]): Tuning {
  return { raised: [], warnings };
}

/** Settings of a machine's kernel that are raised for the time of a run. */
export interface HeldTuning extends Tuning {
  /** Puts them back. @returns what could not be put back, one sentence each. */
  restore(): Promise<string[]>;
}
