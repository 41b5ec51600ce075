import type { Raise } from '../tune/settings.ts';
import { isTooLow, type Preflight } from './preflight.ts';

/**
 * What the plans want raised: `here`, on the machine of the fleet, which may be that of the servers too, or `there`, on
 * another machine of the servers.
 */
export function raisesOf(results: readonly Preflight[], where: 'here' | 'there'): Raise[] {
  return results.flatMap(({ ceilings, advice, isSameMachine }) =>
    [...ceilings.filter(isTooLow), ...advice]
      .filter(({ host }) => (isSameMachine || host === 'fleet' ? 'here' : 'there') === where)
      .flatMap(({ raise }) => raise ?? []),
  );
}
