import { options } from '../plan/options/options.ts';
import { wordsToRepeat } from '../plan/options/repeat.ts';
import type { OptionRows } from '../plan/options/row.ts';
import { isSaturated } from '../plan/profiles.ts';
import type { Summary } from '../summary/summary.ts';
import { isUnaudited } from './provenance.ts';

/** The command that repeats a run. Readers fill in the names of their own hosts. Pure. */
export function repeatCommand(summary: Summary, rows: OptionRows = options): string {
  const command = isSaturated(summary.config) ? 'connect' : 'compare';
  const isOlder = isUnaudited(summary);
  const known = Object.entries(rows).filter(
    ([, { commands, isSinceAudits = false }]) => commands.includes(command) && !(isOlder && isSinceAudits),
  );
  return `npm run bench:${command} -- ${wordsToRepeat(summary, Object.fromEntries(known)).join(' ')}`;
}
