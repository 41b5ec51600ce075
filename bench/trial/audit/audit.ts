import type { AuditCheck } from '../../record/check.ts';
import type { Audited } from './check.ts';
import { clockNotSet, fullHandshakes, messagesAccountedFor, sameSpeed } from './trial-checks.ts';
import { spanChecks, windowChecks } from './window-checks.ts';

/** All checks of a trial; a check without data is left out. Pure. */
export function audit(seen: Audited): AuditCheck[] {
  return [
    ...messagesAccountedFor(seen),
    ...fullHandshakes(seen),
    ...clockNotSet(seen),
    ...sameSpeed(seen),
    ...seen.windows.flatMap((window) => windowChecks(window, seen)),
    ...seen.spans.flatMap((span) => spanChecks(span, seen)),
  ];
}
