import { setTimeout } from 'node:timers/promises';

/** Part of the time for a stop that is kept for connections that do not answer the close frame. */
export const cutMilliseconds = 300;

/** Resolves when `condition` holds, at the latest after `withinMilliseconds`. */
export async function until(condition: () => boolean, withinMilliseconds: number): Promise<void> {
  const end = performance.now() + withinMilliseconds;
  while (!condition() && performance.now() < end) await setTimeout(10);
}
