import type { Config } from '../../plan/config.ts';

/** How far a search has come: `passed` clients were held (0: none yet), `failed` were not. */
export interface Bracket {
  passed: number;
  failed: number | undefined;
}

type Ramp = Pick<Config['ramp'], 'clients' | 'steps' | 'growth' | 'bracketShare'>;

/** The first numbers of clients to try: `steps` of them, each `growth` times the one before, the last the target. */
export function geometricSteps({ clients, steps, growth }: Ramp): number[] {
  const numbers = Array.from({ length: steps }, (_, index) => Math.round(clients / growth ** (steps - 1 - index)));
  return [...new Set(numbers.map((number) => Math.max(1, number)))];
}

/**
 * What to try between the two ends of a bracket: their geometric mean, because the bracket is asked for as a ratio. With
 * nothing passed yet it is the next step down. Undefined when the bracket is narrow enough, or nothing lies between.
 */
export function nextBetween({ passed, failed }: Bracket, { growth, bracketShare }: Ramp): number | undefined {
  if (failed === undefined || failed - passed <= 1 || failed <= passed * (1 + bracketShare)) return undefined;
  const middle = passed === 0 ? failed / growth : Math.sqrt(passed * failed);
  return Math.min(failed - 1, Math.max(passed + 1, Math.round(middle)));
}
