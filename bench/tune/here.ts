import { join } from 'node:path';
import { governorRaises, type Raise } from './settings.ts';
import { type HeldTuning, restore, tune } from './tune.ts';

/** Remembers old and raised values, so that the next run can put them back after a crash. */
const stateFile = join(import.meta.dirname, '..', '..', '.build', 'tuned');

/** Raises settings of this machine. */
export async function tuneHere(raises: readonly Raise[]): Promise<HeldTuning> {
  const { raised, warnings } = tune({ raises: [...raises, ...governorRaises()], stateFile });
  return { raised, warnings, restore: async () => restoreHere() };
}

/** Puts back what this process raised here, and what an earlier one could not put back. @returns a sentence per failure. */
export function restoreHere(): string[] {
  return restore(stateFile);
}
