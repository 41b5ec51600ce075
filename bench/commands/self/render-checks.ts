import Table from 'cli-table3';

import { atMostHundredths } from '../../text/format.ts';
import { wrap } from '../../text/wrap.ts';
import type { SelfCheck } from './self.ts';

/** A promise's name is broken into lines at no fewer columns than this. */
const narrowestName = 27;
/** What the other columns of the promises take, with all borders. */
const besidesName = 40;

/** Promises of the suite about itself, found against asked for. Pure. */
export function renderChecks(checks: SelfCheck[], width: number): string {
  const table = new Table({ head: ['', 'found', 'promised', ''], style: { head: [], border: [] } });
  for (const { name, found, target, isMet } of checks) {
    table.push([
      wrap(name, Math.max(narrowestName, width - besidesName)),
      found === undefined ? 'not measured' : atMostHundredths(found),
      target,
      isMet ? 'kept' : 'BROKEN',
    ]);
  }
  return table.toString();
}
