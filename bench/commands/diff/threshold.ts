import { BenchError } from '../../errors.ts';
import { type ContenderKey, contenderKeySchema } from '../../plan/contenders.ts';
import { isMeasured } from '../../stats/figure.ts';
import { figureIn } from '../../summary/figures/figure-row.ts';
import { type ComparedName, comparedIn, figures, isCompared } from '../../summary/figures/figures.ts';
import { phaseOf } from '../../summary/figures/measurements.ts';
import { comparisons } from '../../summary/pairs.ts';
import type { Summary } from '../../summary/summary.ts';

const operators = {
  '>': (value: number, bound: number) => value > bound,
  '>=': (value: number, bound: number) => value >= bound,
  '<': (value: number, bound: number) => value < bound,
  '<=': (value: number, bound: number) => value <= bound,
};
type Operator = keyof typeof operators;
const isOperator = (text: string): text is Operator => Object.hasOwn(operators, text);

/** A condition under which a comparison of two runs fails. */
export interface Threshold {
  text: string;
  contender: ContenderKey;
  figure: ComparedName;
  operator: Operator;
  bound: number;
  /**
   * What `bound` limits. `ratio`: the second run's median divided by the first one's. `value`: the second run's median,
   * in its unit.
   */
  of: 'ratio' | 'value';
}

/** Parses "async.memory.rssBytesPerClient > 1.1x". @throws BenchError BAD_OPTION */
export function parseThreshold(text: string): Threshold {
  const match = /^\s*([a-z0-9-]+)\.(?:([a-z]+)\.)?(\w+)\s*(>=|<=|>|<)\s*(\d+(?:\.\d+)?)\s*(x|%)?\s*$/.exec(text);
  const [, name, phase, figure = '', operator = '', number, unit] = match ?? [];
  const contender = contenderKeySchema.safeParse(name);
  if (!match || !contender.success || !isOperator(operator)) {
    throw bad(
      text,
      `write it like "async.memory.rssBytesPerClient > 1.1x" (by the first run), "> 10%" or "< 10%" (so much above or below it) or "> 60000" (a value)`,
    );
  }
  if (!isCompared(figure)) {
    const names = comparedIn(figures).map(([known]) => known);
    throw bad(text, `there is no figure "${figure}": ${names.join(', ')}`);
  }
  const own = phaseOf[figures[figure].from];
  if (phase !== undefined && own !== phase) throw bad(text, `${figure} is of the phase ${own}`);
  // "> 10%": more than a tenth above the first run; "< 10%": more than a tenth below it.
  const percent = (operator.startsWith('>') ? 1 : -1) * Number(number);
  if (unit === '%' && percent <= -100) throw bad(text, 'no figure can be 100 % lower: give less than 100 %');
  const bound = unit === '%' ? 1 + percent / 100 : Number(number);
  return {
    text,
    contender: contender.data,
    figure,
    operator,
    bound,
    of: unit === undefined ? 'value' : 'ratio',
  };
}

/**
 * Why the second run crosses a threshold; undefined when it does not. A figure that a run lacks counts as crossed.
 * Pure.
 */
export function crossed(threshold: Threshold, first: Summary, second: Summary): string | undefined {
  const { text, contender, figure, operator, bound, of } = threshold;
  const [before, after] = [first.contenders[contender], second.contenders[contender]];
  if (before === undefined || after === undefined) return `${text}: ${contender} is not in both runs`;
  const [old, now] = [figureIn(before, figure), figureIn(after, figure)];
  if (!isMeasured(now)) return `${text}: not measured in the second run: ${now.absent}`;
  if (of === 'value') {
    return judge(text, operators[operator], bound, now.median, now.interval);
  }
  if (!isMeasured(old)) return `${text}: not measured in the first run: ${old.absent}`;
  const comparison = comparisons(before, after, first.config)[figure];
  if (comparison === undefined || comparison.verdict === 'none') return `${text}: there is no ratio to nothing`;
  return judge(text, operators[operator], bound, comparison.ratio, comparison.interval);
}

function judge(
  text: string,
  isBeyond: (value: number, bound: number) => boolean,
  bound: number,
  found: number,
  interval: { low: number; high: number } | undefined,
): string | undefined {
  if (!isBeyond(found, bound)) return undefined;
  const value = Number(found.toPrecision(4));
  if (interval === undefined) return `${text}: it is ${value}, of one trial`;
  const range = `${Number(interval.low.toPrecision(4))}–${Number(interval.high.toPrecision(4))}`;
  const isWhollyBeyond = isBeyond(interval.low, bound) && isBeyond(interval.high, bound);
  return `${text}: it is ${value} (${range})${isWhollyBeyond ? '' : ', but the interval includes values that do not cross it: run more trials'}`;
}

function bad(text: string, sentence: string): BenchError {
  return new BenchError('BAD_OPTION', `--fail-if "${text}" cannot be read: ${sentence}`);
}
