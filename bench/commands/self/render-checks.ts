import Table from 'cli-table3';

import { atMostHundredths } from '../../text/format.ts';
import { wrap } from '../../text/wrap.ts';
import type { SelfCheck } from './self.ts';

/** Names of promises wrap at this number of columns or more. */
const narrowestName = 27;
/** Columns of the terminal that the rest of the table takes, with all borders. */
const besidesName = 40;

/** A table of the suite's promises about its own cost: found and promised. Pure. */
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
