import type { Rule } from './rule.ts';
import { endRules } from './rules/ends.ts';
import { refusalRules } from './rules/refusals.ts';
import { slownessRules } from './rules/slowness.ts';

/**
 * Every rule, on its own and without an order, but for two found at the same moment: then the one further up is the
 * cause. Bounds on counts hold from when clients began to connect, saturation only in the hold.
 */
export const rules: readonly Rule[] = [...endRules, ...refusalRules, ...slownessRules];
