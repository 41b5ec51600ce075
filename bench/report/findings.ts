import { type Comparison, notOfBoth } from '../stats/verdict.ts';
import type { ComparedName, Pair } from '../summary/pairs.ts';
import type { Summary } from '../summary/summary.ts';
import { percentOf, tell } from './finding-words.ts';
import { type RowRule, rulesOf } from './row-rules.ts';
import { columnsOf } from './rows.ts';

/** What a run bears out of one figure, in a sentence that anyone may quote. */
export interface Finding {
  name: ComparedName;
  kind: 'better' | 'equal' | 'open' | 'none';
  sentence: string;
}

/** Each row of the table that has a verdict, for each pair of contenders, in the order of the table. Pure. */
export function findings(summary: Summary): Finding[] {
  const rules = rulesOf(summary).flatMap((rule) =>
    rule.verdict === undefined ? [] : [{ ...rule, verdict: rule.verdict }],
  );
  if (summary.pairs.length === 0) return [];
  if (summary.config.trials === 1) return seenOnce(summary, rules);
  return [
    ...rules.filter((rule) => isMeasured(rule, summary)).flatMap((rule) => ofPairs(rule, summary)),
    ...unmeasured(rules, summary),
  ];
}

type Rule = RowRule & { verdict: ComparedName };

/** Of three contenders and more, all of whom are alike: a sentence, and not one a pair. */
function ofPairs(rule: Rule, summary: Summary): Finding[] {
  const found = summary.pairs.map((pair) => findingOf(rule, pair, summary));
  if (found.length === 1 || found.some(({ kind }) => kind !== 'equal')) return found;
  const margin = percentOf(summary.config.equivalenceMargin);
  const sentence = `${rule.subject ?? rule.label}: no practical difference between any two (within ${margin}).`;
  return [{ name: rule.verdict, kind: 'equal', sentence }];
}

/** Of a run that ended early it would be the same sentence of every figure. */
function unmeasured(rules: readonly Rule[], summary: Summary): Finding[] {
  const none = rules.filter((rule) => !isMeasured(rule, summary));
  const [first] = none;
  if (first === undefined) return [];
  const names = none.map(({ subject, label }) => subject ?? label).join('; ');
  return [{ name: first.verdict, kind: 'none', sentence: `Not measured of any contender: ${names}.` }];
}

/** Of any contender: where one has it and others have not, there is more to say. */
function isMeasured({ cell }: Rule, summary: Summary): boolean {
  return columnsOf(summary).some((name) => {
    const contender = summary.contenders[name];
    return contender !== undefined && cell(contender).sortBy !== undefined;
  });
}

/** One trial bears out nothing: what it was is told, and not what it would mean. */
function seenOnce(summary: Summary, rules: readonly Rule[]): Finding[] {
  const [first] = rules;
  if (first === undefined) return [];
  const told = rules
    .filter((rule) => isMeasured(rule, summary))
    .map((rule) => {
      const cells = columnsOf(summary).map((name) => {
        const contender = summary.contenders[name];
        return { name, ...(contender === undefined ? { text: 'not measured' } : rule.cell(contender)) };
      });
      // Builds are repeated, and their sizes do not vary.
      const subject = rule.phase === 'build' ? rule.label : `${rule.label}, seen once`;
      const sentence = `${subject}: ${cells.map(({ name, text }) => `${name} ${text}`).join('; ')}.`;
      return { name: rule.verdict, kind: 'none' as const, sentence };
    });
  const sentence = 'One trial bears no verdict: another might have turned out otherwise.';
  return [{ name: first.verdict, kind: 'none', sentence }, ...told, ...unmeasured(rules, summary)];
}

function findingOf(rule: Rule, pair: Pair, summary: Summary): Finding {
  const name = rule.verdict;
  const comparison = pair.figures[name] ?? { verdict: 'none', why: notOfBoth };
  const subject = rule.subject ?? rule.label;
  const told = tell({ comparison, name, pair, summary });
  return { name, kind: kinds[comparison.verdict], sentence: `${subject}: ${told}.` };
}

const kinds = {
  first: 'better',
  second: 'better',
  equal: 'equal',
  open: 'open',
  none: 'none',
} as const satisfies Record<Comparison['verdict'], Finding['kind']>;
