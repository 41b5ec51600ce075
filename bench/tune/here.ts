import { join } from 'node:path';
import { governorRaises, type Raise } from './settings.ts';
import type { HeldTuning } from './tune.ts';
import { restore, tune } from './tune.ts';

/** What was raised and what it was before, for whoever comes after a crash. */
const stateFile = join(import.meta.dirname, '..', '..', '.build', 'tuned');

/** Tunes the machine before you. */
export async function tuneHere(raises: readonly Raise[]): Promise<HeldTuning> {
  const { raised, warnings } = tune({ raises: [...raises, ...governorRaises()], stateFile });
  return { raised, warnings, restore: async () => restoreHere() };
}

/** Puts back what this process has raised here, and what an earlier one could not. @returns a sentence for each failure. */
export function restoreHere(): string[] {
  return restore(stateFile);
}
