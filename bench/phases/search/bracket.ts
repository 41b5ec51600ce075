import type { Config } from '../../plan/config.ts';

/** State of a search: the server held `passed` clients (0: none yet) and not `failed` (undefined: no failure yet). */
export interface Bracket {
  passed: number;
  failed: number | undefined;
}

type Ramp = Pick<Config['ramp'], 'clients' | 'steps' | 'growth' | 'bracketShare'>;

/** Numbers of clients to try first: up to `steps` of them, each `growth` times the one before, ending in the target. */
export function geometricSteps({ clients, steps, growth }: Ramp): number[] {
  const numbers = Array.from({ length: steps }, (_, index) => Math.round(clients / growth ** (steps - 1 - index)));
  return [...new Set(numbers.map((number) => Math.max(1, number)))];
}

/**
 * The next number of clients within a bracket: the geometric mean of its ends, because its width is given as a ratio,
 * or one step down while nothing has passed. Undefined when the bracket is narrow enough or no integer lies between.
 * Pure.
 */
export function nextBetween({ passed, failed }: Bracket, { growth, bracketShare }: Ramp): number | undefined {
  if (failed === undefined || failed - passed <= 1 || failed <= passed * (1 + bracketShare)) return undefined;
  const middle = passed === 0 ? failed / growth : Math.sqrt(passed * failed);
  return Math.min(failed - 1, Math.max(passed + 1, Math.round(middle)));
}
